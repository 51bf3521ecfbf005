// Writes CSV that other programs read: RFC 4180, and no cell that a spreadsheet would run.

export interface CsvWriteOptions {
  /** Default: a comma. */
  readonly delimiter?: "," | ";" | "\t" | "|";
  /**
   * Puts an apostrophe before text that a spreadsheet would take for a formula
   * (https://owasp.org/www-community/attacks/CSV_Injection). Default: true. Numbers are left as they are.
   */
  readonly guardFormulas?: boolean;
}

const charactersAtOnce = 1 << 16;

/** The file in pieces: a header, then a line for each row, ended by CRLF. Null and undefined are empty fields. */
export async function* writeCsv(
  columns: readonly string[],
  rows: Iterable<readonly unknown[]> | AsyncIterable<readonly unknown[]>,
  { delimiter = ",", guardFormulas = true }: CsvWriteOptions = {},
): AsyncGenerator<Uint8Array, void> {
  const encoder = new TextEncoder();
  const line = (row: readonly unknown[]) =>
    `${toLine(
      row.map((value) => toText(value, guardFormulas)),
      delimiter,
    )}\r\n`;
  let text = line(columns);
  for await (const row of rows) {
    text += line(row);
    if (text.length < charactersAtOnce) continue;
    yield encoder.encode(text);
    text = "";
  }
  if (text !== "") yield encoder.encode(text);
}

/** A row of one empty field is quoted, because an empty line is none. */
function toLine(fields: readonly string[], delimiter: string): string {
  if (fields.length === 1 && fields[0] === "") return '""';
  const needsQuotes = (field: string) => /["\r\n]/.test(field) || field.includes(delimiter);
  return fields
    .map((field) => (needsQuotes(field) ? `"${field.replaceAll('"', '""')}"` : field))
    .join(delimiter);
}

function toText(value: unknown, guardFormulas: boolean): string {
  if (value === null || value === undefined) return "";
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== "string") return typeof value === "object" ? JSON.stringify(value) : String(value);
  return guardFormulas && isFormula(value) ? `'${value}` : value;
}

/** Also in full width, which spreadsheets of East Asian locales read as the same. */
function isFormula(text: string): boolean {
  return /^\s*[=+\-@\t\r\n＝＋－＠]/.test(text) && !/^[+-]?\d+([.,]\d+)?$/.test(text);
}
