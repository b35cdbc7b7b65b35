export interface DiffLine { mark: ' ' | '-' | '+'; text: string }

const linesMax = 2000; // past it, lines are compared as they stand

/** The lines of two texts: kept, gone and new, by the longest common subsequence. */
export function diffLines(before: string, after: string): DiffLine[] {
  const [a, b] = [before.split('\n').slice(0, linesMax), after.split('\n').slice(0, linesMax)];
  const width = b.length + 1;
  const lengths = new Uint16Array((a.length + 1) * width);
  const at = (i: number, j: number) => lengths[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) lengths[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  }
  const out: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      out.push({ mark: ' ', text: a[i] ?? '' });
      i += 1;
      j += 1;
    } else if (i < a.length && (j >= b.length || at(i + 1, j) >= at(i, j + 1))) {
      out.push({ mark: '-', text: a[i] ?? '' });
      i += 1;
    } else {
      out.push({ mark: '+', text: b[j] ?? '' });
      j += 1;
    }
  }
  return out;
}
