// The story of cron-replacement: a crontab, a run by hand with its row in the ledger, and what is refused.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import type { Story, StoryApp } from "@faasade/core/story";

interface ShownRun {
  readonly due: string;
  readonly status: string;
}

async function runsOf({ fetch }: StoryApp, job: string): Promise<readonly ShownRun[]> {
  const reply = await fetch("/runs.json");
  assert.equal(reply.status, 200);
  const { jobs } = (await reply.json()) as { jobs: readonly { name: string; runs: readonly ShownRun[] }[] };
  return jobs.find(({ name }) => name === job)?.runs ?? [];
}

const story: Story = [
  {
    title: "it says to anybody that it is alive",
    async run({ fetch, url }) {
      assert.ok((await fetch(`${url}/alive`)).ok);
    },
  },
  {
    title: "it has a crontab: its own, or that of the samples",
    async run({ fetch }) {
      if ((await (await fetch("/crontab")).text()) !== "") return;
      const body = await readFile(new URL("samples/crontabs/crontab", import.meta.url));
      const reply = await fetch("/crontab", { method: "PUT", body });
      assert.equal(reply.status, 200, await reply.text());
    },
  },
  {
    title: "a job that is run now has its row in the ledger",
    async run(app) {
      const reply = await app.fetch("/jobs/send-statistics/run", { method: "POST" });
      assert.equal(reply.status, 202, await reply.clone().text());
      const { at } = (await reply.json()) as { at: string };
      const run = await app.eventually("the run has ended", async () =>
        (await runsOf(app, "send-statistics")).find(
          ({ due, status }) => due >= at && !["due", "started"].includes(status),
        ),
      );
      assert.equal(run.status, "ok");
    },
  },
  {
    title: "a crontab in the dialect of AWS is refused with its line, and changes nothing",
    async run({ fetch }) {
      const before = await (await fetch("/crontab")).text();
      const body = "0 10 * * ? * send-statistics\n";
      const reply = await fetch("/crontab", { method: "PUT", body });
      assert.ok(reply.status >= 400 && reply.status < 500, `It answered ${reply.status}.`);
      assert.match(await reply.text(), /line 1\b/i);
      assert.equal(await (await fetch("/crontab")).text(), before);
    },
  },
  {
    title: "what is to run once waits for its time, until it is taken back",
    async run({ fetch }) {
      const body = JSON.stringify({
        at: "2040-01-01T09:00",
        timeZone: "Europe/Berlin",
        command: "send-statistics",
      });
      const headers = { "content-type": "application/json" };
      const reply = await fetch("/at", { method: "POST", headers, body });
      assert.equal(reply.status, 201, await reply.clone().text());
      const { id, at } = (await reply.json()) as { id: string; at: string };
      assert.match(at, /^2040-01-01T08:00/);
      assert.ok((await fetch(`/at/${id}`, { method: "DELETE" })).ok);
    },
  },
];

export default story;
