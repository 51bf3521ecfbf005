// The story of iot-ingest: a device of your own, its readings once each, and what is put aside.
import assert from "node:assert/strict";
import type { Story, StoryApp } from "@faasade/core/story";

const reading = { sequence: 1, values: { temperature: { value: 70, unit: "F" } } };

interface Taken {
  readonly stored: number;
  readonly duplicates: number;
  readonly quarantined: readonly { readonly reason: string }[];
}

async function passwordOf({ fetch, unique }: StoryApp): Promise<string> {
  const reply = await fetch(`/devices/${unique}`, { method: "PUT" });
  assert.equal(reply.status, 200);
  return ((await reply.json()) as { password: string }).password;
}

/** As the device does it: by its own password, not as whom the platform lets through. */
function send({ fetch, unique, url }: StoryApp, password: string, items: unknown): Promise<Response> {
  const authorization = `Basic ${Buffer.from(`${unique}:${password}`).toString("base64")}`;
  const body = JSON.stringify(items);
  return fetch(`${url}/devices/${unique}/readings`, { method: "POST", headers: { authorization }, body });
}

async function taken(app: StoryApp, items: unknown): Promise<Taken> {
  const reply = await send(app, await passwordOf(app), items);
  assert.equal(reply.status, 200, await reply.clone().text());
  return (await reply.json()) as Taken;
}

const story: Story = [
  {
    title: "a device is registered, and gets its password",
    async run(app) {
      assert.notEqual(await passwordOf(app), "");
    },
  },
  {
    title: "a reading that comes twice is kept once",
    async run(app) {
      const { stored, duplicates } = await taken(app, [reading, reading]);
      assert.deepEqual([stored, duplicates], [1, 1]);
    },
  },
  {
    title: "another password is refused",
    async run(app) {
      assert.equal((await send(app, "guessed", reading)).status, 401);
    },
  },
  {
    title: "a value that is no number is put aside with the reason, and the rest of its batch is kept",
    async run(app) {
      const { stored, quarantined } = await taken(app, [
        { sequence: 2, values: { temperature: 22 } },
        { sequence: 3, values: { temperature: "NaN" } },
      ]);
      assert.equal(stored, 1);
      assert.equal(quarantined.length, 1);
    },
  },
  {
    title: "the chart draws its average in degrees Celsius",
    async run(app) {
      const { series } = await app.eventually("the minute is drawn", async () => {
        const reply = await app.fetch("/chart.json?metric=temperature&seconds=86400&points=2");
        assert.equal(reply.status, 200);
        const drawn = (await reply.json()) as { series: readonly unknown[] };
        return JSON.stringify(drawn).includes(app.unique) ? drawn : undefined;
      });
      assert.ok(series.length > 0);
    },
  },
  {
    title: "its silence is looked after by the clock, and a device that is removed is blocked",
    async run(app) {
      await app.invoke("watch-fleet");
      const password = await passwordOf(app);
      assert.ok((await app.fetch(`/devices/${app.unique}`, { method: "DELETE" })).ok);
      const reply = await send(app, password, [{ sequence: 4, values: { temperature: 22 } }]);
      const { stored } = (await reply.json()) as Partial<Taken>;
      assert.ok(!stored, "A blocked device's reading was kept.");
    },
  },
];

export default story;
