// Which delimiter a file uses: the one that cuts its first rows into the same number of fields.
import { readRow } from "./row.ts";

export const delimiters = [",", ";", "\t", "|"] as const;
export type Delimiter = (typeof delimiters)[number];

const rowsLookedAt = 20;

/** The delimiter of a sample; a comma when nothing speaks for another. The sample's last row may be cut off. */
export function detectDelimiter(sample: string): Delimiter {
  let best: { delimiter: Delimiter; score: number } = { delimiter: ",", score: 0 };
  for (const delimiter of delimiters) {
    const score = scoreOf(sample, delimiter.charCodeAt(0));
    if (score > best.score) best = { delimiter, score };
  }
  return best.delimiter;
}

/** Fields of the header, weighed by how many rows have as many; 0 when it would be one column. */
function scoreOf(sample: string, delimiter: number): number {
  const widths: number[] = [];
  for (let start = 0; start < sample.length && widths.length < rowsLookedAt; ) {
    const fields: string[] = [];
    start = readRow(sample, start, delimiter, fields);
    if (start < 0) break;
    if (fields.length > 1 || fields[0] !== "") widths.push(fields.length);
  }
  const [header = 0] = widths;
  if (header < 2) return 0;
  return header * (widths.filter((width) => width === header).length / widths.length);
}
