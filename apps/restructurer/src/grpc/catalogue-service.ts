import { abnormalityKindCodec, lateralityCodec, officialSplitCodec, viewPositionCodec, viewRefCodec } from '@mammoline/contracts';
import type { catalogueV1 } from '@mammoline/contracts';
import { viewKey } from '@mammoline/kernel';
import { notFound, pageRequest } from '@mammoline/service';
import type { CatalogueServicePorts } from './catalogue-service-ports.ts';
import { importTable } from './import-table.ts';
import { viewToProto } from './view-to-proto.ts';

/** CatalogueService over the catalogue. Failures `invalid` name the field; the runtime maps them to INVALID_ARGUMENT. */
export function catalogueService(ports: CatalogueServicePorts): catalogueV1.CatalogueServiceImplementation {
  const { catalogue } = ports;
  return {
    importTable: (request, { signal }) => importTable(request, ports, signal),

    async listPatients(request) {
      const page = await catalogue.listPatients(pageRequest(request));
      return { patients: page.rows.map((patient) => ({ ...patient })), nextPageToken: page.nextPageToken ?? '' };
    },

    async getView(request) {
      const ref = viewRefCodec.fromProto(request.view);
      const view = await catalogue.view(ref);
      if (view === undefined) throw notFound(`no view ${viewKey(ref)} in the catalogue; ListViews names those that are`);
      return { view: viewToProto(view) };
    },

    async listViews(request) {
      const filter = {
        kind: abnormalityKindCodec.fromProto(request.abnormalityKind, 'abnormality_kind'),
        split: officialSplitCodec.fromProto(request.officialSplit, 'official_split'),
        laterality: lateralityCodec.fromProto(request.laterality, 'laterality'),
        position: viewPositionCodec.fromProto(request.position, 'position'),
        pathology: request.pathology === '' ? undefined : request.pathology,
      };
      const page = await catalogue.listViews(filter, pageRequest(request));
      return { views: page.rows.map(viewToProto), nextPageToken: page.nextPageToken ?? '' };
    },

    async listRepairs(request) {
      const page = await catalogue.listRepairs(request.kind === '' ? undefined : request.kind, pageRequest(request));
      const repairs = page.rows.map(({ kind, subject, was, now, createdAt }) => ({ kind, subject, was, now, createdAt }));
      return { repairs, nextPageToken: page.nextPageToken ?? '' };
    },
  };
}
