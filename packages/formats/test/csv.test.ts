import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CsvOptions, readCsv, writeCsv } from "../src/csv/index.ts";
import { CsvScanner } from "../src/csv/scanner.ts";
import { cutOff } from "../src/rows.ts";
import { everySplit, inPieces, readAll } from "./read.ts";

const read = async (content: string | Uint8Array, options?: CsvOptions) =>
  readAll(await readCsv(inPieces(content), options));

async function written(...args: Parameters<typeof writeCsv>): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(writeCsv(...args)));
}

describe("readCsv", () => {
  it("reads quoted delimiters, quotes and line ends as parts of their field", async () => {
    const { columns, rows } = await read('place,says\r\n"Berlin, Mitte","a ""b""\r\nc"\r\nBonn,plain\r\n');
    expect(columns).toEqual(["place", "says"]);
    expect(rows).toEqual([
      ["Berlin, Mitte", 'a "b"\r\nc'],
      ["Bonn", "plain"],
    ]);
  });

  it.each([",", ";", "\t", "|"])("finds out that %j delimits", async (delimiter) => {
    const { rows } = await read(`a${delimiter}b\n"1,5;|\t"${delimiter}2\n3${delimiter}4\n`);
    expect(rows).toEqual([
      ["1,5;|\t", "2"],
      ["3", "4"],
    ]);
  });

  it("takes decimal commas for what they are when semicolons delimit", async () => {
    const reader = await readCsv(inPieces("a;b;c\n1,5;2,5;3\n"));
    expect(reader.delimiter).toBe(";");
  });

  it.each([
    ["a BOM of UTF-8", Buffer.from("\uFEFFname\nZoë\n")],
    ["UTF-16, little endian", Buffer.from("\uFEFFname\nZoë\n", "utf16le")],
    ["UTF-16, big endian", Buffer.from("\uFEFFname\nZoë\n", "utf16le").swap16()],
    ["gzip", gzipSync("name\nZoë\n")],
    ["two gzip members", Buffer.concat([gzipSync("name\nZ"), gzipSync("oë\n")])],
  ])("reads %s, however the bytes arrive", async (_, bytes) => {
    const { columns, rows } = await readAll(await readCsv(inPieces(bytes, ...everySplit(bytes))));
    expect({ columns, rows }).toEqual({ columns: ["name"], rows: [["Zoë"]] });
  });

  it("reads an encoding that it is told", async () => {
    const { rows } = await read(Buffer.from("name\nZo\xeb\n", "latin1"), { encoding: "windows-1252" });
    expect(rows).toEqual([["Zoë"]]);
  });

  it("gives every bad row its number and its text, and reads the rows after it", async () => {
    const { rows, problems, texts } = await read('a,b\n1,2\nstray"quote,ok\n"open,4\n5,6\n"x"y,7\n8\n9,10\n');
    expect(rows).toEqual([
      ["1", "2"],
      ['stray"quote', "ok"],
      ["5", "6"],
      ["9", "10"],
    ]);
    expect(problems).toEqual([
      "3: something follows a closing quote",
      "5: something follows a closing quote",
      "6: it has 1 fields where the header has 2",
    ]);
    expect(texts).toEqual(['"open,4', '"x"y,7', '["8"]']);
  });

  it("loses one row, not the rest of the file, to a quote that is never closed", async () => {
    const rest = "1,2\n".repeat(20_000);
    const { rows, problems } = await read(`a,b\n"never,closed\n${rest}`, { maxRowLength: 5000 });
    expect(rows.length).toBe(20_000);
    expect(problems).toEqual(["1: a quote is opened and not closed within 5000 characters"]);
  });

  it.each(['3,"cut of', "3"])("says that a file ends inside a row: %s", async (end) => {
    const bytes = Buffer.from(`a,b\n1,2\n${end}`);
    for (const ends of [[], everySplit(bytes)]) {
      const { problems } = await readAll(await readCsv(inPieces(bytes, ...ends)));
      expect(problems).toEqual([`2: ${cutOff}`]);
    }
  });

  it("puts only the rows aside whose bytes are not of the encoding", async () => {
    const { rows, problems } = await read(Buffer.from("a\nfine\nZo\xeb\nfine too\n", "latin1"));
    expect(rows).toEqual([["fine"], ["fine too"]]);
    expect(problems).toEqual(["2: it has bytes that are not of the file's encoding"]);
  });

  it("does not hold a row or a field that is longer than allowed", async () => {
    const long = "x".repeat(40_000);
    const content = `a,b\n1,${long}\n2,"${long}"\n3,${"y".repeat(150)}\n4,5\n`;
    const ends = Array.from({ length: 80 }, (_, index) => index * 1000);
    const limits = { maxRowLength: 200, maxFieldLength: 100 };
    const { rows, problems, texts } = await readAll(await readCsv(inPieces(content, ...ends), limits));
    expect(rows).toEqual([["4", "5"]]);
    expect(problems).toEqual([
      "1: it is longer than 200 characters",
      "2: it is longer than 200 characters",
      "3: field 2 is longer than 100 characters",
    ]);
    expect(Math.max(...texts.map(({ length }) => length))).toBeLessThanOrEqual(1000);
  });

  it("leaves out empty lines, and knows a quoted empty field from one", async () => {
    expect((await read('a\n\n1\r\n\r\n""\n')).rows).toEqual([["1"], [""]]);
  });

  it("reads no rows from a header alone, and no columns from nothing", async () => {
    expect(await read("a,b\n")).toMatchObject({ columns: ["a", "b"], rows: [] });
    expect(await read("a,b")).toMatchObject({ columns: ["a", "b"], rows: [] });
    expect(await read("")).toMatchObject({ columns: [], rows: [] });
  });

  it.each([
    ["a column twice", "a,a\n", {}, /names the column "a" twice/],
    ["a header that is broken", '"a"b,c\n', {}, /header of the file: something follows/],
    ["half a gzip file", gzipSync("a\n1\n").subarray(0, -6), {}, /Cannot decompress: unexpected end of file/],
    [
      "gzip that unpacks to more than allowed",
      gzipSync(`a\n${"1\n".repeat(1e5)}`),
      { maxBytes: 1000 },
      /more than 1000 bytes/,
    ],
    ["an unknown encoding", "a\n", { encoding: "klingon" }, /there is no encoding "klingon"/],
  ])("refuses %s", async (_, content, options, message) => {
    await expect(read(content, options)).rejects.toThrow(message);
  });

  it("rethrows what its source throws", async () => {
    const failing = async function* () {
      yield gzipSync("a\n1\n").subarray(0, 12);
      throw new RangeError("the store is away");
    };
    await expect(readCsv(failing()).then(readAll)).rejects.toThrow(new RangeError("the store is away"));
  });
});

const field = fc.string({
  unit: fc.constantFrom("a", "7", ",", ";", '"', "\n", "\r", "\t", "é", "😀", " "),
  maxLength: 6,
});
const table = fc
  .integer({ min: 1, max: 4 })
  .chain((width) => fc.array(fc.array(field, { minLength: width, maxLength: width }), { maxLength: 8 }))
  .filter((rows) => rows.length > 0);
const header = (width: number) => Array.from({ length: width }, (_, index) => `column ${index}`);

describe("readCsv and writeCsv", () => {
  it("give back what was written, whatever the fields hold and wherever the bytes are split", async () => {
    await fc.assert(
      fc.asyncProperty(
        table,
        fc.constantFrom(",", ";", "\t", "|"),
        fc.array(fc.nat(200)),
        async (rows, delimiter, ends) => {
          const columns = header(rows[0]?.length ?? 0);
          const bytes = await written(columns, rows, { delimiter, guardFormulas: false });
          const back = await readAll(await readCsv(inPieces(bytes, ...ends), { delimiter }));
          expect(back).toEqual({ columns, rows, problems: [], texts: [] });
        },
      ),
    );
  });

  it("come to the same rows wherever a text is cut, also behind what delimiter and header are found in", () => {
    const scan = (pieces: readonly string[], maxRowLength: number) => {
      const scanner = new CsvScanner(",", { maxRowLength, maxFieldLength: maxRowLength });
      return [...pieces.flatMap((piece) => scanner.scan(piece, false)), ...scanner.scan("", true)];
    };
    const text = fc.string({ unit: fc.constantFrom("a", ",", '"', "\n", "\r", "é"), maxLength: 60 });
    fc.assert(
      fc.property(text, fc.array(fc.nat(60)), fc.constantFrom(12, 100), (all, cuts, maxRowLength) => {
        const ends = [0, ...cuts.toSorted((a, b) => a - b), all.length];
        const some = ends.slice(1).map((end, index) => all.slice(ends[index], end));
        const whole = scan([all], maxRowLength);
        expect(scan([...all], maxRowLength)).toEqual(whole);
        expect(scan(some, maxRowLength)).toEqual(whole);
      }),
      { numRuns: 2000 },
    );
  });

  it("come to the same for any text, whole or split at every byte, and never lose a line that is not empty", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: fc.constantFrom("a", ",", '"', "\n", "\r", "é"), maxLength: 60 }),
        async (text) => {
          const bytes = Buffer.from(`x,y\n${text}`);
          const whole = await readAll(await readCsv(inPieces(bytes), { maxRowLength: 30 }));
          const split = await readAll(
            await readCsv(inPieces(bytes, ...everySplit(bytes)), { maxRowLength: 30 }),
          );
          expect(split).toEqual(whole);
          const letters = (value: string) => value.replaceAll(/[^aé]/g, "");
          const found = [...whole.rows.flat().map(String), ...whole.texts];
          expect([...letters(found.join(""))].length).toBe([...letters(text)].length);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe("writeCsv", () => {
  it("writes no cell that a spreadsheet would run, and leaves numbers alone", async () => {
    const cells = ["=1+1", "+1", "-cmd|' /C calc'!A0", "@SUM(A1)", "\tx", " =1", "＝1+1", "-5", "+3,5", -5];
    const text = String(
      await written(
        ["cell"],
        cells.map((cell) => [cell]),
      ),
    );
    expect(text.split("\r\n").slice(1, -1)).toEqual([
      ...["'=1+1", "+1", "'-cmd|' /C calc'!A0", "'@SUM(A1)", "'\tx", "' =1", "'＝1+1", "-5", `"+3,5"`, "-5"],
    ]);
  });

  it("writes dates in full, objects as JSON and what is missing as nothing", async () => {
    const row = [new Date(0), { a: 1 }, null, undefined, true];
    const text = String(await written(["a", "b", "c", "d", "e"], [row]));
    expect(text).toBe('a,b,c,d,e\r\n1970-01-01T00:00:00.000Z,"{""a"":1}",,,true\r\n');
  });
});
