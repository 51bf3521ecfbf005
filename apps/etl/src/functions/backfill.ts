// Loads the files again that brought the flights of some days, by the rules and airports of today.
import { defineFunction, http, json, send, write } from "@faasade/core";
import * as v from "valibot";
import { day } from "../query.ts";
import { continuations } from "../resources/continuations.ts";
import { records } from "../resources/records.ts";

const isInOrder = ({ from, to }: { from: string; to: string }) => from <= to;
const body = v.pipe(v.strictObject({ from: day, to: day }), v.check(isInOrder, "from must not be after to"));

export default defineFunction({
  name: "backfill",
  trigger: http("POST /backfills", { auth: "platform", body }),
  uses: { records: write(records), continuations: send(continuations) },
  async handle(request, { records, continuations, ids }) {
    const { from, to } = await request.json();
    const { rows } = await records.query<{ key: string }>`
      select distinct key from loads where state = 'published'
        and exists (select 1 from flight_rows where load_id = loads.id and dt between ${from} and ${to})
      order by key`;
    // Days that lost all their rows meanwhile are written anew, too.
    await records.query`update partitions set revision = revision + 1 where dt between ${from} and ${to}`;
    const backfill = `backfill ${ids.next()}`;
    await continuations.sendAll(rows.map(({ key }) => ({ key, request: backfill })));
    return json({ backfill, files: rows.map(({ key }) => key) }, { status: 202 });
  },
});
