const mergeField = /\{\{\s*([A-Za-z][A-Za-z0-9_.]*)\s*\}\}/g;

/** The merge fields of a text that a message of its kind does not have; braces that hold no field are named as they are. */
export function unknownFields(text: string, known: readonly string[]): string[] {
  const unknown = [...text.matchAll(mergeField)].map(([, name = '']) => name).filter((name) => !known.includes(name));
  const rest = text.replaceAll(mergeField, '');
  const bent = rest.match(/\{\{.{0,20}|.{0,20}\}\}/g) ?? [];
  return [...new Set([...unknown, ...bent])];
}

/** The text with examples in place of its fields; a field without one stays. */
export function filled(text: string, examples: Record<string, string>): string {
  return text.replaceAll(mergeField, (field, name: string) => examples[name] ?? field);
}
