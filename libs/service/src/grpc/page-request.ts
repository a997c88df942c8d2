import type { PageRequest } from '@mammoline/catalogue';
import { invalid } from '@mammoline/kernel';

/**
 * The page that a list request asks for; a size of 0 means 25: a view comes with its abnormalities and images, some ten rows each (docs/reference/benchmarks.md has the times).
 * @throws Failure invalid naming `page_size` where it is over 1000
 */
export function pageRequest(request: { readonly pageSize: number; readonly pageToken: string }): PageRequest {
  const { pageSize, pageToken } = request;
  if (pageSize > 1000) throw invalid(`page_size: found ${String(pageSize)}, expected 1 to 1000, or 0 for 25`, { field: 'page_size' });
  return { pageSize: pageSize === 0 ? 25 : pageSize, pageToken: pageToken === '' ? undefined : pageToken };
}
