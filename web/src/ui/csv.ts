/** A cell of a CSV. What a spreadsheet would take for a formula is kept from being one; a number or a phone is none. */
function field(text: string): string {
  const formula = /^[=@＝＠＋－\t\r]/.test(text) || (/^[+-]/.test(text) && !/^[+-][\d\s.,()-]*$/.test(text));
  const safe = formula ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Rows as RFC 4180 text, with the mark by which spreadsheets know UTF-8. */
export function csvOf(rows: string[][]): string {
  return `\uFEFF${rows.map((row) => row.map(field).join(',')).join('\r\n')}\r\n`;
}

/** Gives the person a file. */
export function saveFile(name: string, text: string, type: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
