import { get, type Query } from './http';
import type { List } from './types';

const pageSize = 200; // the most that the API gives at once
export const rowsMax = 20_000; // as many as a browser holds without a stutter

/** Every row of a list, page by page, up to the most that is useful in a browser. */
export async function every<T>(path: string, query: Query): Promise<T[]> {
  const rows: T[] = [];
  for (let page = 1; rows.length < rowsMax; page += 1) {
    const { items, total } = await get<List<T>>(path, { ...query, page, size: pageSize });
    rows.push(...items);
    if (items.length === 0 || rows.length >= total) break;
  }
  return rows;
}
