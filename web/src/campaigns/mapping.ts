import { type MappedField, mappedFields, type Mapping } from '../api/campaigns';

/** What a column may be: a known field, a further fact for the script, or left out. */
export type Meaning = MappedField | 'data' | 'skip';

/** By column: what the mapping says it is. */
export function meaningsOf(columns: string[], mapping: Mapping): Record<string, Meaning> {
  const meanings: Record<string, Meaning> = {};
  for (const column of columns) meanings[column] = mapping.data?.includes(column) ? 'data' : 'skip';
  for (const field of mappedFields) {
    const column = mapping[field];
    if (column !== undefined && column in meanings) meanings[column] = field;
  }
  return meanings;
}

/** The mapping that the meanings make, in the columns' order. */
export function mappingOf(columns: string[], meanings: Record<string, Meaning>): Mapping {
  const mapping: Mapping = { data: [] };
  for (const column of columns) {
    const meaning = meanings[column] ?? 'skip';
    if (meaning === 'data') mapping.data?.push(column);
    else if (meaning !== 'skip') mapping[meaning] = column;
  }
  return mapping;
}

/** The first field that two columns claim. */
export function claimedTwice(meanings: Record<string, Meaning>): MappedField | undefined {
  const all = Object.values(meanings);
  return mappedFields.find((field) => all.filter((meaning) => meaning === field).length > 1);
}
