// The flights of some days as CSV for a spreadsheet, with no cell that it would run.
import { bytes, defineFunction, http, read } from "@faasade/core";
import { writeCsv } from "@faasade/formats/csv";
import { dayOf, queryLake } from "../query.ts";
import { flights } from "../resources/flights.ts";
import { lake } from "../resources/lake.ts";
import { loading } from "../resources/loading.ts";

const maxRows = 50_000;

export default defineFunction({
  name: "export-flights",
  trigger: http("GET /flights.csv", { auth: "platform" }),
  uses: { lake: read(lake), flights: read(flights), loading },
  async handle({ query }, { lake, flights, loading }) {
    const [from, to] = [dayOf(query.get("from"), "from"), dayOf(query.get("to"), "to")];
    const sql = "select * from flights order by dt, carrier, flight, origin, scheduled";
    const asked = { sql, from, to, maxBytes: loading.maxQueryBytes, maxRows };
    const { columns, rows } = await queryLake(lake, flights, asked);
    const names = columns.map(({ name }) => name);
    const lines = rows.map((row) => names.map((name) => row[name]));
    const headers = { "content-disposition": `attachment; filename="flights-${from}-${to}.csv"` };
    return bytes(writeCsv(names, lines), "text/csv; charset=utf-8", { headers });
  },
});
