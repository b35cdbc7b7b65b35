import type { RiskScore } from '../api/manage';

/** A file of risk scores as it was read: what can be sent, and the lines that cannot, each with its number. */
export interface ScoreFile {
  scores: RiskScore[];
  refused: number[];
}

const scoreMax = 1000;

/** Reads "customer id, score" lines: commas, semicolons or tabs, with or without a header. */
export function readScores(text: string): ScoreFile {
  const found: ScoreFile = { scores: [], refused: [] };
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  for (const [i, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const [customerId = '', said = ''] = line.split(/[,;\t]/).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
    const isScore = /^\d{1,4}$/.test(said) && Number(said) <= scoreMax;
    if (customerId !== '' && isScore) found.scores.push({ customerId, score: Number(said) });
    else if (i > 0) found.refused.push(i + 1);
  }
  return found;
}

/** Cut into pieces of at most size, as much as the API takes at once. */
export function pieces<T>(items: T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}
