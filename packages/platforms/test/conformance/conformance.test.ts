// One suite for all platforms: what a column declares as different is read from its table, never from its name.
import { describe } from "vitest";
import { columns } from "./columns/index.ts";
import { callCases, objectCases, scheduleCases } from "./event-cases.ts";
import { messageCases } from "./message-cases.ts";
import { probeCases } from "./probe-cases.ts";
import { rejectionCase } from "./rejection-case.ts";
import { replyCases } from "./reply-cases.ts";
import { requestCases } from "./request-cases.ts";

describe.each(columns.map((column) => [column.title, column] as const))("%s", (_, column) => {
  for (const way of column.http) {
    describe(way.title, () => {
      requestCases(column, way);
      replyCases(column, way);
      probeCases(column, way);
    });
  }
  for (const way of column.object) describe(`an object, ${way.title}`, () => objectCases(column, way));
  for (const way of column.message) describe(`a message, ${way.title}`, () => messageCases(column, way));
  for (const way of column.schedule) describe(`a due time, ${way.title}`, () => scheduleCases(column, way));
  for (const way of column.call) describe(`a call, ${way.title}`, () => callCases(column, way));
  rejectionCase(column);
});
