// CSV: rows out of files and into them.
export { type Delimiter, detectDelimiter } from "./detect.ts";
export { type CsvOptions, type CsvReader, readCsv } from "./read.ts";
export { type CsvWriteOptions, writeCsv } from "./write.ts";
