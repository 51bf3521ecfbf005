// A process that opens a PGlite folder, sends messages one by one and says which were acknowledged, until it is killed.
import { sqlQueue } from "../../src/queue/sql.ts";
import { open } from "../../src/sql/pglite.ts";

const driver = await open(process.argv[2] ?? "");
const queue = sqlQueue(driver, { name: "durable" });
process.stdout.write("open\n");
for (let count = 0; ; count += 1) {
  const id = `${process.pid}-${count}`;
  await queue.send([{ id, body: Buffer.from(id), contentType: "text/plain" }]);
  process.stdout.write(`${id}\n`);
}
