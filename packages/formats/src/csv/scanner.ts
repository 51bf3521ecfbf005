// Text in pieces to rows: a row that cannot be read ends at its first line end, and the next line is tried anew.
import { BadRow, cutOff, type Row } from "../rows.ts";
import { broken, readRow, unfinished } from "./row.ts";

export interface Limits {
  /** Characters of one row. */
  readonly maxRowLength: number;
  /** Characters of one field. */
  readonly maxFieldLength: number;
}

const replacement = "\uFFFD";
const shown = 1000;

export class CsvScanner {
  readonly #delimiter: number;
  readonly #limits: Limits;
  #rest = "";
  #isSkipping = false;
  /** Whether the text ended without a line end. */
  isCut = false;

  constructor(delimiter: string, limits: Limits) {
    this.#delimiter = delimiter.charCodeAt(0);
    this.#limits = limits;
  }

  /** The rows that end in this piece, empty lines left out; with `isLast` all that are left. */
  scan(piece: string, isLast: boolean): (Row | BadRow)[] {
    let text = this.#rest + piece;
    const isCut = isLast && text !== "" && !text.endsWith("\n");
    if (isCut) text += "\n";
    this.isCut = isCut;
    const rows: (Row | BadRow)[] = [];
    const mayBeUndecoded = text.includes(replacement);
    let start = this.#isSkipping ? this.#skip(text) : 0;
    while (start < text.length) {
      const fields: string[] = [];
      const end = readRow(text, start, this.#delimiter, fields);
      // What is too long is put aside as if its end were not here: whether it is depends on how the bytes arrive.
      if (end > 0 && end - start <= this.#limits.maxRowLength) {
        if (end - start > 2 || fields.length > 1 || fields[0] !== "" || text.charCodeAt(start) === 0x22)
          rows.push(this.#check(text, start, end, fields, mayBeUndecoded));
        start = end;
        continue;
      }
      const mayGoOn = end === unfinished || (end === broken && !text.includes("\n", start));
      if (mayGoOn && !isLast && text.length - start <= this.#limits.maxRowLength) break;
      start = this.#giveUp(text, start, end !== broken, isCut, rows);
    }
    this.#rest = text.slice(start);
    return rows;
  }

  /** Puts the line at `start` aside as a bad row. @returns where the next line begins. */
  #giveUp(text: string, start: number, isOpen: boolean, isCut: boolean, rows: (Row | BadRow)[]): number {
    const { maxRowLength } = this.#limits;
    const lineEnd = text.indexOf("\n", start);
    const isLastLine = isCut && lineEnd === text.length - 1;
    const end = lineEnd < 0 ? text.length : lineEnd + 1;
    const isLong = end - start > maxRowLength;
    if (lineEnd < 0) this.#isSkipping = true;
    const within = text.length - start > maxRowLength ? ` within ${maxRowLength} characters` : "";
    const problem = isLong
      ? `it is longer than ${maxRowLength} characters`
      : isLastLine && isOpen
        ? cutOff
        : isOpen
          ? `a quote is opened and not closed${within}`
          : "something follows a closing quote";
    rows.push(new BadRow(problem, lineOf(text, start, isLong ? start + Math.min(shown, maxRowLength) : end)));
    return end;
  }

  /** @returns where the line after the one that is passed over begins. */
  #skip(text: string): number {
    const lineEnd = text.indexOf("\n");
    this.#isSkipping = lineEnd < 0;
    return lineEnd < 0 ? text.length : lineEnd + 1;
  }

  #check(text: string, start: number, end: number, fields: string[], mayBeUndecoded: boolean): Row | BadRow {
    const { maxFieldLength } = this.#limits;
    if (end - start > maxFieldLength) {
      const column = fields.findIndex((field) => field.length > maxFieldLength) + 1;
      const problem = `field ${column} is longer than ${maxFieldLength} characters`;
      if (column > 0) return new BadRow(problem, lineOf(text, start, start + shown));
    }
    if (mayBeUndecoded && text.slice(start, end).includes(replacement))
      return new BadRow("it has bytes that are not of the file's encoding", lineOf(text, start, end));
    return fields;
  }
}

function lineOf(text: string, start: number, end: number): string {
  return text.slice(start, end).replace(/\r?\n$/, "");
}
