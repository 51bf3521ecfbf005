// Flights as the lake keeps them: a file per day.
import { lakeTable } from "@faasade/connectors/lake";

export const flightTable = lakeTable({
  name: "flights",
  columns: [
    { name: "carrier", type: "text" },
    { name: "flight", type: "integer" },
    { name: "origin", type: "text" },
    { name: "dest", type: "text" },
    { name: "scheduled", type: "integer" },
    { name: "dep_delay", type: "number" },
    { name: "arr_delay", type: "number" },
    { name: "air_time", type: "number" },
    { name: "distance", type: "number" },
    { name: "tailnum", type: "text" },
    { name: "origin_name", type: "text" },
    { name: "dest_name", type: "text" },
    { name: "contact", type: "text" },
    { name: "source", type: "text" },
  ],
  partitionedBy: { name: "dt", type: "date" },
});
