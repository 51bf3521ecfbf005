import { platforms } from "@faasade/platforms";
import { type Cell, cellsOf } from "@faasade/platforms/shared/proof";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { asked, faasade } from "./faasade.ts";
import { type Fixture, makeFixture } from "./fixture.ts";

let place: Fixture;
beforeAll(() => {
  place = makeFixture();
});
afterAll(() => place.dispose());
const load = () => Promise.all(Object.values(platforms).map((one) => one()));

describe("matrix", () => {
  it("names each platform, packaging, trigger and driver with the strongest proof", async () => {
    const cells = await asked<Cell[]>(place, ["matrix", "--json"]);
    expect(cells).toContainEqual({
      platform: "aws-lambda",
      packaging: "zip",
      trigger: "object",
      driver: "s3",
      how: "native",
      proof: "real-runtime",
      by: expect.stringMatching(/^aws-lambda-ric \d/),
      date: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
    });
    const { stdout } = await faasade(place, ["matrix"]);
    expect(stdout).toMatch(/zip +object \(s3\) +native +real-runtime/);
  });

  it("claims a proof of what is supported only, and each claim is about a cell", async () => {
    for (const platform of await load()) {
      const cells = cellsOf(platform);
      for (const { how, proof } of cells) if (how === "unsupported") expect(proof).toBeUndefined();
      for (const { packaging, trigger, driver } of platform.proofs)
        expect(
          cells.some(
            (cell) => cell.packaging === packaging && cell.trigger === trigger && cell.driver === driver,
          ),
        ).toBe(true);
    }
  });
});
