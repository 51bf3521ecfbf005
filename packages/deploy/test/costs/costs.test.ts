// What apps cost: by dated prices with their sources, and as each app's README says.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { FunctionDescription } from "@faasade/core/adapter";
import { describe, expect, it } from "vitest";
import { priceListOf, priceLists } from "../../src/costs/prices.ts";
import { costsOf, total } from "../../src/index.ts";
import { apps, costsOfApp, footprintTable, root } from "./apps.ts";

const base = { timeoutSeconds: 30, maxAttempts: 3, grants: [], settings: [] };
const route = { method: "GET", path: "/", auth: "public", maxBodyBytes: 1 } as const;
const web: FunctionDescription = { ...base, name: "web", trigger: { kind: "http", routes: [route] } };
const hourly: FunctionDescription = {
  ...base,
  name: "hourly",
  trigger: { kind: "schedule", cron: "0 * * * *", timeZone: "Europe/Berlin", misfire: "once" },
};
const usage = { unit: "page", storedMegabytes: 1, starts: { web: { seconds: 0.5, reads: 2 } } };

describe("price lists", () => {
  it.each(priceLists)(
    "of $platform in $region say of each price where it stands and how it is known",
    (list) => {
      expect(list.at).toMatch(/^\d{4}-\d\d-\d\d$/);
      for (const price of Object.values(list.prices)) {
        expect(price.source).toMatch(/^https:\/\/(aws\.amazon|cloud\.google|azure\.microsoft)\.com\//);
        expect(price.dollars).toBeGreaterThan(0);
        expect(price.known === "recalled", price.what).toBe(price.read === undefined);
        // What somebody else says was not checked against the source.
        const isOwn = /(aws\.amazon|cloud\.google|azure\.microsoft)\.com/.test(
          decodeURIComponent(price.read ?? ""),
        );
        expect(price.known === "read", price.what).toBe(isOwn);
      }
    },
  );

  it("are found by the region as the platform or a person writes it", () => {
    expect(priceListOf("azure-functions", "East US")?.region).toBe("eastus");
    expect(priceListOf("aws-lambda", "us-east-1")?.region).toBe("us-east-1");
    expect(priceListOf("knative", undefined)).toBeUndefined();
  });
});

describe("costs", () => {
  it("are what starts, seconds, requests and objects come to, times their prices", () => {
    const { idle, uses } = costsOf({
      platform: "aws-lambda",
      region: "us-east-1",
      functions: [web],
      resources: [],
      usage,
    });
    expect(idle).toEqual([]);
    const quantities = Object.fromEntries(uses?.lines.map(({ meter, quantity }) => [meter, quantity]) ?? []);
    expect(quantities).toMatchObject({
      invocation: 10_000,
      gigabyteSecond: 5000,
      request: 10_000,
      objectRead: 20_000,
    });
    // 0.002 requests + 0.0666670 duration + 0.01 HTTP API + 0.008 GET + 0.23 storage + 0.005 logs
    expect(total(uses?.lines ?? [])).toBeCloseTo(0.321667, 5);
  });

  it("of what is idle are those of its schedules, by how often they are due", () => {
    const { idle } = costsOf({
      platform: "aws-lambda",
      region: "us-east-1",
      functions: [hourly],
      resources: [],
      usage,
    });
    const starts = idle.find(({ meter }) => meter === "scheduleStart");
    expect(starts).toMatchObject({ quantity: 720, dollars: 0.00072, known: "secondhand" });
  });

  it("of what is idle are those of a namespace of Service Bus, by the hour", () => {
    const resources = ["readings", "alerts"].map((name) => ({ kind: "topic", name, driver: "service-bus" }));
    const region = "westeurope";
    const { idle } = costsOf({ platform: "azure-functions", region, functions: [web], resources, usage });
    expect(idle).toMatchObject([{ meter: "namespaceHour", quantity: 720, known: "recalled" }]);
    expect(total(idle)).toBeCloseTo(9.72, 5);
  });

  it("name what has no price here, and promise nothing of machines of one's own", () => {
    const resources = [{ kind: "sql", name: "ledger", driver: "pg" }];
    const { prices, idle, yours } = costsOf({
      platform: "kubernetes",
      region: undefined,
      functions: [web],
      resources,
      usage,
    });
    expect({ prices, idle }).toEqual({ prices: undefined, idle: [] });
    expect(yours).toEqual([expect.stringContaining("your cluster"), "a PostgreSQL database"]);
  });

  it("say when the prices are another region's", () => {
    const { prices } = costsOf({
      platform: "aws-lambda",
      region: "sa-east-1",
      functions: [web],
      resources: [],
      usage,
    });
    expect(prices).toMatchObject({ asked: "sa-east-1", region: "eu-central-1" });
  });
});

describe.each(apps)("the footprint of %s", (app) => {
  it("stands in its README as it comes to", async () => {
    expect(readFileSync(join(root, "apps", app, "README.md"), "utf8")).toContain(await footprintTable(app));
  });

  it("has a usage that names functions of the app", async () => {
    const { uses } = await costsOfApp(app, "aws-lambda", "eu-central-1");
    expect(uses?.lines.length).toBeGreaterThan(0);
    const { faasade } = JSON.parse(readFileSync(join(root, "apps", app, "package.json"), "utf8"));
    for (const name of Object.keys(faasade.usage.starts))
      expect(readFileSync(join(root, "apps", app, "src/functions", `${name}.ts`), "utf8")).toContain(name);
  });
});
