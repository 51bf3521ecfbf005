// A serverless query: one select over the days asked for, and what it read.
import { defineFunction, http, json, read } from "@faasade/core";
import * as v from "valibot";
import { day, queryLake } from "../query.ts";
import { flights } from "../resources/flights.ts";
import { lake } from "../resources/lake.ts";
import { loading } from "../resources/loading.ts";

const body = v.strictObject({
  sql: v.pipe(v.string(), v.maxLength(10_000)),
  params: v.optional(v.array(v.union([v.string(), v.number(), v.boolean(), v.null()])), []),
  from: v.optional(day),
  to: v.optional(day),
});

export default defineFunction({
  name: "query-lake",
  trigger: http("POST /query", { auth: "platform", body }),
  uses: { lake: read(lake), flights: read(flights), loading },
  async handle(request, { lake, flights, loading }) {
    const query = await request.json();
    return json(await queryLake(lake, flights, { ...query, maxBytes: loading.maxQueryBytes }));
  },
});
