// A process that begins a transaction, writes, says so, and never ends it.
import { open } from "../../src/sql/pipe.ts";

const driver = await open(process.argv[2] ?? "");
await driver.transaction(async (session) => {
  await session.query("insert into notes values ('never')");
  process.send?.("written");
  await new Promise((resolve) => setTimeout(resolve, 600_000));
});
