import { once } from 'node:events';
import { createServer } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';

/** A span as it came in; attributes as text and numbers. */
export interface CollectedSpan {
  readonly service: string;
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for the first of a trace. */
  readonly parentSpanId: string;
  /** 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  readonly kind: number;
  readonly attributes: Readonly<Record<string, string | number>>;
  /** Names of the span's events and their attributes: a recorded error is one. */
  readonly events: readonly { readonly name: string; readonly attributes: Readonly<Record<string, string | number>> }[];
  readonly failed: boolean;
}

export interface TestCollector {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly endpoint: string;
  readonly spans: readonly CollectedSpan[];
  /** Everything that came in, as bytes: for holding that something is not in it. */
  readonly received: () => Buffer;
  readonly close: () => Promise<void>;
}

/** A collector of traces in this process: OTLP, http/protobuf. */
export async function startTestCollector(): Promise<TestCollector> {
  const spans: CollectedSpan[] = [];
  const bodies: Buffer[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const plain = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
      bodies.push(plain);
      spans.push(...readRequest(plain));
      response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    endpoint: `http://127.0.0.1:${String(typeof address === 'object' && address !== null ? address.port : 0)}`,
    spans,
    received: () => Buffer.concat(bodies),
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** The fields of a message by number, undecoded but for their wire type. */
type Fields = ReadonlyMap<number, readonly (Uint8Array | number)[]>;

function fieldsOf(bytes: Uint8Array): Fields {
  const reader = new BinaryReader(bytes);
  const fields = new Map<number, (Uint8Array | number)[]>();
  while (reader.pos < reader.len) {
    const [number, type] = reader.tag();
    const value = readValue(reader, number, type);
    if (value === undefined) continue;
    const known = fields.get(number);
    if (known === undefined) fields.set(number, [value]);
    else known.push(value);
  }
  return fields;
}

function readValue(reader: BinaryReader, number: number, type: WireType): Uint8Array | number | undefined {
  if (type === WireType.LengthDelimited) return reader.bytes();
  if (type === WireType.Varint) return Number(reader.int64());
  // Of eight bytes there are times, which are not kept, and numbers with a fraction.
  if (type === WireType.Bit64) return number === 4 ? reader.double() : void reader.skip(type, number);
  reader.skip(type, number);
  return undefined;
}

const messages = (fields: Fields, number: number): readonly Fields[] =>
  (fields.get(number) ?? []).filter((value) => value instanceof Uint8Array).map(fieldsOf);
const bytesOf = (fields: Fields, number: number): Uint8Array => {
  const value = fields.get(number)?.[0];
  return value instanceof Uint8Array ? value : new Uint8Array(0);
};
const textOf = (fields: Fields, number: number): string => new TextDecoder().decode(bytesOf(fields, number));
const hexOf = (fields: Fields, number: number): string => Buffer.from(bytesOf(fields, number)).toString('hex');
const numberOf = (fields: Fields, number: number): number => {
  const value = fields.get(number)?.[0];
  return typeof value === 'number' ? value : 0;
};

/** KeyValue {1: key, 2: AnyValue {1: text, 2: boolean, 3: integer, 4: double}}. */
function attributesOf(fields: Fields, number: number): Readonly<Record<string, string | number>> {
  return Object.fromEntries(
    messages(fields, number).map((pair) => {
      const value = messages(pair, 2)[0] ?? new Map();
      return [textOf(pair, 1), value.has(1) ? textOf(value, 1) : numberOf(value, value.has(4) ? 4 : value.has(3) ? 3 : 2)];
    }),
  );
}

/** ExportTraceServiceRequest, field numbers as in opentelemetry/proto/trace/v1/trace.proto. */
function readRequest(bytes: Uint8Array): readonly CollectedSpan[] {
  return messages(fieldsOf(bytes), 1).flatMap((ofResource) => {
    const resource = attributesOf(messages(ofResource, 1)[0] ?? new Map(), 1);
    return messages(ofResource, 2)
      .flatMap((ofScope) => messages(ofScope, 2))
      .map((span) => ({
        service: String(resource['service.name']),
        traceId: hexOf(span, 1),
        spanId: hexOf(span, 2),
        parentSpanId: hexOf(span, 4),
        name: textOf(span, 5),
        kind: numberOf(span, 6),
        attributes: attributesOf(span, 9),
        events: messages(span, 11).map((event) => ({ name: textOf(event, 2), attributes: attributesOf(event, 3) })),
        failed: numberOf(messages(span, 15)[0] ?? new Map(), 3) === 2,
      }));
  });
}
