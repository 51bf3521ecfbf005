// Batches of a real world: what is taken together is delivered, however much it is.
import { encodeStructured } from "@faasade/core/cloudevents";
import { afterAll, beforeAll, expect, it } from "vitest";
import { homeAt, World } from "../src/index.ts";
import { makeRoot, until } from "./harness.ts";

let place: Awaited<ReturnType<typeof makeRoot>>;
let world: World;

beforeAll(async () => {
  place = await makeRoot("meters");
  world = await World.start({ home: homeAt(place.root, { FAASADE_DATA: place.data }) });
}, 120_000);

afterAll(async () => {
  await world?.stop();
  await place?.remove();
}, 60_000);

it("is delivered in parts, where it is more than one delivery can be", { timeout: 60_000 }, async () => {
  const queue = world.queues.get("deliveries:meters/take");
  const pad = "x".repeat(1 << 20);
  const messages = Array.from({ length: 20 }, (_, n) => {
    const attributes = { specversion: "1.0", id: `big-${n}`, source: "/test", type: "test" } as const;
    const data = { n, pad };
    const { body, contentType } = encodeStructured({
      ...attributes,
      datacontenttype: "application/json",
      data,
      extensions: {},
    });
    return { id: `big-${n}`, body: Buffer.from(body), contentType };
  });
  await queue.send(messages);
  await until("the queue to be empty", async () => {
    const { ready, delayed, inFlight } = await queue.depth();
    return ready + delayed + inFlight === 0;
  });
  expect((await queue.depth()).dead).toBe(0);
  const notes = await world.databases.get("meters/notes");
  const { rows } = await notes.transaction((session) =>
    session.query<{ n: number; batch: number }>("select n, batch from readings order by n"),
  );
  expect(rows.map(({ n }) => n)).toEqual(messages.map((_, n) => n));
  expect(Math.max(...rows.map(({ batch }) => batch))).toBeGreaterThan(1);
});
