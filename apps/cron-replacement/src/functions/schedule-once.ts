// Takes what is to run once: a date and time of a zone, and a command as the crontab has it.
import { defineFunction, empty, FunctionError, http, json, write } from "@faasade/core";
import { onceSchema, readOnce } from "../crontab.ts";
import { iso, type Job } from "../job.ts";
import { onceKey } from "../read-jobs.ts";
import { crontabs } from "../resources/crontabs.ts";

export default defineFunction({
  name: "schedule-once",
  trigger: http({
    "POST /at": { auth: "platform", body: onceSchema },
    "DELETE /at/{id}": { auth: "platform" },
  }),
  uses: { crontabs: write(crontabs) },
  async handle(request, { crontabs, ids, clock }) {
    const given = request.params.id;
    if (given !== undefined) {
      if (!/^[a-z0-9-]{1,60}$/.test(given)) throw new FunctionError("not_found", `There is no ${given}.`);
      await crontabs.delete(onceKey(given));
      return empty();
    }
    const id = ids.next().toLowerCase();
    const asked = (await request.json()) as Parameters<typeof readOnce>[1];
    const job = read(id, asked, clock.now());
    const at = "at" in job.when ? job.when.at : 0;
    if (at <= clock.now())
      throw new FunctionError("invalid", `Cannot run it at ${iso(at)}: that has passed.`);
    await crontabs.put(onceKey(id), JSON.stringify(asked), { ifNoneMatch: "*" });
    return json({ id, job: job.name, at: iso(at) }, { status: 201 });
  },
});

function read(...given: Parameters<typeof readOnce>): Job {
  try {
    return readOnce(...given);
  } catch (error) {
    throw new FunctionError("invalid", (error as Error).message, { cause: error });
  }
}
