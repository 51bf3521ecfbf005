// What is agreed with whoever sends flights: these columns, by these names.
import type { ContractColumn } from "@faasade/formats/contract";

export const contract: readonly ContractColumn[] = [
  { name: "date", aliases: ["day", "flight_date"] },
  { name: "carrier", aliases: ["airline"] },
  { name: "flight", aliases: ["flight_number"] },
  { name: "origin", aliases: ["from"] },
  { name: "dest", aliases: ["destination", "to"] },
  { name: "scheduled", aliases: ["sched_dep_time"] },
  { name: "dep_delay", isRequired: false, aliases: ["delay"] },
  { name: "arr_delay", isRequired: false },
  { name: "air_time", isRequired: false },
  { name: "distance" },
  { name: "tailnum", isRequired: false, aliases: ["tail_number"] },
  { name: "contact", isRequired: false },
];
