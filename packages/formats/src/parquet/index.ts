// Parquet, in pure JavaScript: functions that only read or write files carry no native package.
export { type ParquetOptions, type RangeSource, readParquet } from "./read.ts";
export { type ParquetColumn, type ParquetType, writeParquet } from "./write.ts";
