// Each hour: finds files whose event was lost or whose load broke off, publishes what is left, tidies the lake.
import { pruneLake } from "@faasade/connectors/lake";
import { defineFunction, read, readWrite, schedule, send, write } from "@faasade/core";
import { flightTable } from "../flight-table.ts";
import { fileEndings } from "../open-file.ts";
import { publishPartitions } from "../publish.ts";
import { continuations } from "../resources/continuations.ts";
import { inbox, incoming } from "../resources/inbox.ts";
import { lake } from "../resources/lake.ts";
import { loading } from "../resources/loading.ts";
import { records } from "../resources/records.ts";

export default defineFunction({
  name: "sweep-inbox",
  trigger: schedule("7 * * * *"),
  uses: {
    inbox: read(inbox),
    records: write(records),
    lake: readWrite(lake),
    continuations: send(continuations),
    loading,
  },
  timeoutSeconds: 120,
  async handle(_, context) {
    const { inbox, records, continuations, lake, clock } = context;
    const { rows } = await records.query<{ file: string }>`
      select key || '@' || etag as file from loads where state in ('published', 'held')`;
    const done = new Set(rows.map(({ file }) => file));
    for await (const { key, etag } of inbox.keys(incoming)) {
      const isFile = fileEndings.some((ending) => key.toLowerCase().endsWith(ending));
      if (isFile && !done.has(`${key}@${etag}`)) await continuations.send({ key });
    }
    await publishPartitions(context);
    await pruneLake(lake, flightTable, { now: clock.now() });
  },
});
