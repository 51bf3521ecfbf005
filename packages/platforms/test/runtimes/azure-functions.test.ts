// A message that really was in a storage queue, Azurite's, as the host's queue extension hands it to a function.
import { createHmac } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { received } from "../aws-lambda/triggers.ts";
import { tryAzure } from "../azure-functions/fixture.ts";
import { invokeOnWire } from "../azure-functions/node-worker.ts";
import { cloudEvent } from "../conformance/event-cases.ts";
import { type Azurite, startAzurite } from "./azurite.ts";
import { describeInside } from "./installed.ts";

describeInside("a message of a storage queue, Azurite's", ["npm"], () => {
  let azurite: Azurite;

  beforeAll(async () => {
    azurite = await startAzurite();
  });

  afterAll(() => azurite.stop("SIGKILL"));

  it("is the event that was sent, each delivery counted, its id the same", async () => {
    const seen: { event: { id: string; time?: string; data: unknown }; attempt: number }[] = [];
    const handle = (event: (typeof seen)[number]["event"], { attempt }: { attempt: number }) =>
      void seen.push({ event, attempt });
    const urls = { orders: "storage-queue://acme/orders" };
    const { worker } = await tryAzure({ take: [received("orders"), handle] }, urls);
    const body = cloudEvent("e1", { text: "<é> & 😀" });
    expect((await ask("PUT", "/orders")).status).toBe(201);
    expect(
      (await ask("POST", "/orders/messages", messageOf(Buffer.from(body).toString("base64")))).status,
    ).toBe(201);
    const fields: Record<string, string>[] = [];
    for (const delivery of [1, 2]) {
      const message = await expect
        .poll(() => take(), { timeout: 30_000 })
        .not.toBeUndefined()
        .then(() => taken.at(-1) as Record<string, string>);
      fields.push(message);
      expect(message["DequeueCount"]).toBe(String(delivery));
      await invokeOnWire(worker, "take", {
        // The host decodes: `messageEncoding` is base64.
        data: { bytes: Buffer.from(message["MessageText"] ?? "", "base64") },
        triggerMetadata: {
          Id: { string: message["MessageId"] },
          DequeueCount: { int: Number(message["DequeueCount"]) },
          InsertionTime: { json: JSON.stringify(toOffset(message["InsertionTime"])) },
          PopReceipt: { string: message["PopReceipt"] },
        },
      });
    }
    expect(seen.map(({ attempt }) => attempt)).toEqual([1, 2]);
    expect(fields[0]?.["MessageId"]).toBe(fields[1]?.["MessageId"]);
    const [first, again] = seen.map(({ event }) => event);
    // The fixture's source is bare: what was sent is its data.
    expect(first?.data).toEqual(JSON.parse(body));
    expect([first?.id, again?.id]).toEqual(Array(2).fill(fields[0]?.["MessageId"]));
    expect(first?.time).toBe(new Date(fields[0]?.["InsertionTime"] ?? "").toISOString());
  });

  const taken: Record<string, string>[] = [];

  /** The next message, hidden for a second; undefined while there is none to be seen. */
  async function take(): Promise<Record<string, string> | undefined> {
    const xml = await (await ask("GET", "/orders/messages?visibilitytimeout=1")).text();
    const found = [...xml.matchAll(/<(\w+)>([^<]+)<\/\1>/g)].map(([, name, value]) => [
      name as string,
      withoutEntities(value as string),
    ]);
    if (found.length === 0) return undefined;
    taken.push(Object.fromEntries(found));
    return taken.at(-1);
  }

  /** A request signed with the account's key, as Storage's Shared Key scheme has it. */
  function ask(method: string, target: string, body?: string): Promise<Response> {
    const url = new URL(azurite.queueUrl + target);
    const date = new Date().toUTCString();
    const length = body === undefined ? "" : String(Buffer.byteLength(body));
    const type = body === undefined ? "" : "application/xml";
    const resource = [
      `/${azurite.account}${url.pathname}`,
      ...[...url.searchParams].map((pair) => pair.join(":")),
    ];
    const lines = [
      method,
      "",
      "",
      length,
      "",
      type,
      ...Array(6).fill(""),
      `x-ms-date:${date}`,
      "x-ms-version:2021-12-02",
    ];
    const signature = createHmac("sha256", Buffer.from(azurite.key, "base64"))
      .update([...lines, ...resource].join("\n"))
      .digest("base64");
    const headers: Record<string, string> = {
      "x-ms-date": date,
      "x-ms-version": "2021-12-02",
      authorization: `SharedKey ${azurite.account}:${signature}`,
      ...(body === undefined ? {} : { "content-type": type }),
    };
    return fetch(url, { method, headers, ...(body === undefined ? {} : { body }) });
  }
});

function messageOf(text: string): string {
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return `<QueueMessage><MessageText>${escaped}</MessageText></QueueMessage>`;
}

function withoutEntities(text: string): string {
  const entities: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };
  return text.replace(/&(\w+);/g, (whole, name: string) => entities[name] ?? whole);
}

/** As .NET writes a DateTimeOffset. */
function toOffset(date: string | undefined): string {
  return new Date(date ?? "").toISOString().replace(".000Z", "+00:00");
}
