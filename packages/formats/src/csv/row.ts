// One row of CSV out of a text: RFC 4180, with a delimiter of choice and quotes where a field begins.

export const quote = 0x22;
export const newline = 0x0a;
const carriageReturn = 0x0d;

/** The row goes on behind the text that is here. */
export const unfinished = -1;
/** Something follows a closing quote that is neither a delimiter nor the end of the row. */
export const broken = -2;

/**
 * Reads the fields of the row that begins at `start` into `fields`. A quote inside an unquoted field is a character
 * like any other. Scans characters one by one: measured, that is twice as fast as looking for delimiters by `indexOf`.
 * @returns where the next row begins; or `unfinished`, or `broken`, when the fields mean nothing.
 */
export function readRow(text: string, start: number, delimiter: number, fields: string[]): number {
  const { length } = text;
  let at = start;
  while (at < length) {
    if (text.charCodeAt(at) === quote) {
      at = readQuoted(text, at, fields);
      if (at < 0) return at;
    } else {
      const begin = at;
      let code = text.charCodeAt(at);
      while (code !== delimiter && code !== newline) {
        at += 1;
        if (at === length) return unfinished;
        code = text.charCodeAt(at);
      }
      const isWindows = code === newline && at > begin && text.charCodeAt(at - 1) === carriageReturn;
      fields.push(text.slice(begin, isWindows ? at - 1 : at));
    }
    switch (text.charCodeAt(at)) {
      case delimiter:
        at += 1;
        break;
      case newline:
        return at + 1;
      case carriageReturn:
        if (at + 1 === length) return unfinished;
        return text.charCodeAt(at + 1) === newline ? at + 2 : broken;
      default:
        // A quote at the very end may be the first of two, which stand for one.
        return at < length ? broken : unfinished;
    }
  }
  return unfinished;
}

/** @returns the place behind the closing quote, or `unfinished`. */
function readQuoted(text: string, start: number, fields: string[]): number {
  let value = "";
  for (let from = start + 1; ; ) {
    const closing = text.indexOf('"', from);
    if (closing < 0) return unfinished;
    if (text.charCodeAt(closing + 1) !== quote) {
      fields.push(value + text.slice(from, closing));
      return closing + 1;
    }
    value += text.slice(from, closing + 1);
    from = closing + 2;
  }
}
