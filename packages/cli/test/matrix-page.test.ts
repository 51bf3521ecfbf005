// Needs apps/cron-replacement, apps/etl, apps/hello, apps/image-conversion and apps/iot-ingest.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { driverNames } from "@faasade/build";
import { platforms } from "@faasade/platforms";
import { describe, expect, it } from "vitest";
import { type AppRow, appRows } from "../src/matrix/apps.ts";
import { toPage } from "../src/matrix/page.ts";
import { recordedProofs } from "../src/matrix/recorded.ts";
import { repository } from "./fixture.ts";

describe("the matrix of this repository", () => {
  it("is what docs/platforms.md shows, with every app on every platform", async () => {
    const all = await Promise.all(Object.values(platforms).map((load) => load()));
    const rows = await appRows(repository, all);
    const drivers = await driverNames();
    const page = toPage(all, rows, drivers, await recordedProofs(repository, all));
    expect(await readFile(join(repository, "docs/platforms.md"), "utf8")).toBe(page);
    expect(page).toMatch(/\| message, sqs \| native \|/);
    const without = new Set([...drivers].filter((name) => name !== "sqs"));
    expect(toPage(all, rows, without)).toContain("| message, sqs | native; its driver is missing |");
    const isOf = (row: AppRow, platform: string, app: string) => row.platform === platform && row.app === app;
    expect(rows.find((row) => isOf(row, "aws-lambda", "image-conversion"))).toMatchObject({
      packaging: "zip",
      how: "built",
      proof: "real-runtime",
    });
    const unproved = rows.find((row) => isOf(row, "kubernetes", "etl"));
    expect(unproved).toMatchObject({ how: "built" });
    expect(unproved).not.toHaveProperty("proof");
  }, 60_000);

  it("shows of an app that is refused why, and no proof", async () => {
    const all = await Promise.all(Object.values(platforms).map((load) => load()));
    const why = ["Cannot build shop/work for Kubernetes: it is in the way.", "Do without it."];
    const row = { platform: "kubernetes", packaging: "image", app: "shop", how: "refused", why } as const;
    expect(toPage(all, [row], await driverNames())).toContain(
      `| shop | Kubernetes | image | not as it is: ${why.join(" ")} | – |  |  |`,
    );
  });
});
