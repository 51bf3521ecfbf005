import { describe, expect, it } from "vitest";
import { choosePlace } from "../src/place.ts";
import { MemoryTarget } from "./memory-target.ts";

const id = { app: "shop", stage: "demo", platform: "memory", name: "shop-demo" };
const target = new MemoryTarget();

describe("the place of a stage", () => {
  it("is what was said, else where it stands, else what the environment says", () => {
    const environment = { MEMORY_REGION: "there" };
    expect(choosePlace(id, target, { given: {}, environment })).toEqual({ region: "there" });
    const ledger = { place: { region: "here" } };
    expect(choosePlace(id, target, { given: {}, ledger, environment })).toEqual({ region: "here" });
    expect(choosePlace(id, target, { given: { region: "far" }, environment })).toEqual({ region: "far" });
  });

  it("is reached as the environment says now, not as it did then", () => {
    const ledger = { place: { endpoint: "old" } };
    const environment = { MEMORY_ENDPOINT: "new" };
    expect(choosePlace(id, target, { given: {}, ledger, environment })).toEqual({ endpoint: "new" });
    expect(choosePlace(id, target, { given: {}, ledger, environment: {} })).toEqual({ endpoint: "old" });
  });

  it("forgets what was said of one call only", () => {
    const patient = { options: { wait: { description: "seconds", variables: [], once: true } } } as const;
    const ledger = { place: { wait: "0" } };
    expect(choosePlace(id, patient, { given: {}, ledger, environment: {} })).toEqual({});
    expect(choosePlace(id, patient, { given: { wait: "9" }, ledger, environment: {} })).toEqual({
      wait: "9",
    });
  });

  it("is not another one for a stage that stands", () => {
    const ledger = { place: { region: "here" } };
    expect(() => choosePlace(id, target, { given: { region: "there" }, ledger, environment: {} })).toThrow(
      "it stands at region=here",
    );
  });

  it("is described by options that the target has", () => {
    expect(() => choosePlace(id, target, { given: { regoin: "x" }, environment: {} })).toThrow(
      "There are: region, endpoint.",
    );
  });
});
