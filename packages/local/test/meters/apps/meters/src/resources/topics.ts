// What meters say, what is told of it, and where both are noted.
import { sql } from "@faasade/connectors/sql";
import { topic } from "@faasade/connectors/topic";
import * as v from "valibot";

export const readings = topic("readings", v.object({ n: v.number(), fail: v.optional(v.string()) }), {
  format: "raw",
});
export const alerts = topic("alerts", v.object({ n: v.number() }));
export const notes = sql("notes", {
  migrations: [
    {
      id: "001",
      script: `
        create table readings (event text not null, device text, n integer not null, batch integer not null);
        create table alerts (event text not null, about text, n integer not null);
      `,
    },
  ],
});
