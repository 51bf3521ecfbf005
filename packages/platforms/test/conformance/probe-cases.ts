// The cases that verify asks stages, asked of every way in for HTTP.
import { describe, it } from "vitest";
import { httpCases } from "../../src/shared/probe/cases.ts";
import type { Column, HttpWay } from "./column.ts";
import { client, start } from "./start.ts";

export function probeCases(column: Column, way: HttpWay): void {
  describe("from outside", () => {
    it.each(httpCases.map((one) => [one.title, one] as const))("%s", async (_, { request, check }) => {
      const { send } = client(await start(column), way);
      check(await send(request), way.differences);
    });
  });
}
