// What a handler still does after its deadline must not bring the process down, and others with it.
import { expect, it } from "vitest";
import type { Column } from "./column.ts";
import { client, start } from "./start.ts";

export function rejectionCase(column: Column): void {
  const [way] = column.http;
  if (way === undefined) return;
  it("leaves no rejection unhandled when a handler fails after its deadline", async () => {
    const unhandled: unknown[] = [];
    const listen = (reason: unknown): void => void unhandled.push(reason);
    process.on("unhandledRejection", listen);
    try {
      const { send } = client(await start(column), way);
      expect((await send({ path: "/fail/late" })).status).toBe(504);
      await new Promise((resolve) => setTimeout(resolve, 400));
    } finally {
      process.off("unhandledRejection", listen);
    }
    expect(unhandled).toEqual([]);
  });
}
