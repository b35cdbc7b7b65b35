import type { CustomerMapping } from '../api/customers';
import type { English } from '../locales';

/** A field of a customer that a column can be. */
export type CustomerField = keyof English['customers']['field'];

/** The fields, in the order in which they are offered. */
export const customerFields = [
  'externalId', 'name', 'phone', 'email', 'region', 'postalCode', 'language', 'valueTier', 'subscriptionId', 'plan', 'price',
  'currency', 'term', 'startedOn', 'tenure', 'left', 'total',
] as const satisfies readonly CustomerField[];

/** What a column is: a field, further data, or nothing. */
export type CustomerMeaning = CustomerField | 'data' | 'skip';

/** The server's guess, by column. */
export function customerMeaningsOf(columns: string[], guess: CustomerMapping): Record<string, CustomerMeaning> {
  const { data = [], ...fields } = guess;
  const found: Record<string, CustomerMeaning> = {};
  for (const column of columns) found[column] = data.includes(column) ? 'data' : 'skip';
  for (const [field, column] of Object.entries(fields)) {
    if (typeof column === 'string') found[column] = field as CustomerField;
  }
  return found;
}

/** The choices as the API takes them. Of two columns with one meaning the first counts. */
export function customerMappingOf(columns: string[], meanings: Record<string, CustomerMeaning>): CustomerMapping {
  const mapping: CustomerMapping = {};
  const data: string[] = [];
  for (const column of columns) {
    const meaning = meanings[column] ?? 'skip';
    if (meaning === 'data') data.push(column);
    else if (meaning !== 'skip') mapping[meaning] ??= column;
  }
  return data.length > 0 ? { ...mapping, data } : mapping;
}
