// Schedules that failed for good: a Job of a CronJob that Kubernetes gave up, with when it was due.
import { randomBytes } from "node:crypto";
import type { StageDeadLetter } from "../../stage.ts";
import type { Place, StageId } from "../../target.ts";
import type { Kubectl } from "../kubectl.ts";
import { namespaceOf, selectorOf } from "../place.ts";

export interface FailedJob {
  readonly letter: StageDeadLetter;
  readonly cronJob: string;
  /** Since 1970, as the end of the Job's name says it; undefined where somebody named it otherwise. */
  readonly minutes: string | undefined;
}

interface Job {
  readonly metadata: {
    readonly name: string;
    readonly creationTimestamp?: string;
    readonly ownerReferences?: readonly { readonly kind: string; readonly name: string }[];
  };
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly containers: readonly {
          readonly env?: readonly { readonly name: string; readonly value?: string }[];
        }[];
      };
    };
  };
  readonly status?: {
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason?: string;
      readonly message?: string;
      readonly lastTransitionTime?: string;
    }[];
  };
}

/** Oldest first. */
export async function failedJobsOf(kubectl: Kubectl, id: StageId, place: Place): Promise<FailedJob[]> {
  const where = `--namespace=${namespaceOf(id, place)}`;
  const own = await kubectl.run(
    ["get", "cronjobs", where, `--selector=${selectorOf(id)}`, "-o=jsonpath={.items[*].metadata.name}"],
    { to: `look for the schedules of ${id.name}` },
  );
  const names = new Set(own.split(" ").filter(Boolean));
  if (names.size === 0) return [];
  const text = await kubectl.run(["get", "jobs", where, "-o=json"], { to: `list the Jobs of ${id.name}` });
  const { items } = JSON.parse(text) as { items: readonly Job[] };
  return items
    .flatMap((job) => failedJob(id, job, names))
    .sort((one, other) => (one.letter.at < other.letter.at ? -1 : 1));
}

function failedJob({ app }: StageId, { metadata, spec, status }: Job, own: ReadonlySet<string>): FailedJob[] {
  const owner = metadata.ownerReferences?.find(({ kind, name }) => kind === "CronJob" && own.has(name));
  const failed = status?.conditions?.find(({ type, status }) => type === "Failed" && status === "True");
  if (owner === undefined || failed === undefined) return [];
  const environment = spec.template.spec.containers.flatMap(({ env = [] }) => env);
  const name = environment.find((one) => one.name === "FAASADE_RUN")?.value;
  const minutes = /-(\d{8,9})$/.exec(metadata.name)?.[1];
  const due = minutes === undefined ? undefined : new Date(Number(minutes) * 60_000).toISOString();
  const at = failed.lastTransitionTime ?? metadata.creationTimestamp ?? "";
  const reason = [failed.reason, failed.message].filter(Boolean).join(": ") || "it does not say why";
  const letter = {
    id: metadata.name,
    ...(name === undefined ? {} : { function: name }),
    at,
    reason,
    body: JSON.stringify({ job: `${app}/${name}`, ...(due === undefined ? {} : { due }) }),
  };
  return [{ letter, cronJob: owner.name, minutes }];
}

/** Another Job for the same due time, then the failed one goes: killed in between, it is there twice, never lost. */
export async function replayJob(
  kubectl: Kubectl,
  id: StageId,
  place: Place,
  { letter, cronJob, minutes }: FailedJob,
): Promise<void> {
  const where = `--namespace=${namespaceOf(id, place)}`;
  // Names of Jobs have 63 characters, and end in the minute for which the function is told that it runs.
  const due = minutes ?? String(Math.floor(Date.now() / 60_000));
  const again = `${cronJob.slice(0, 44)}-${randomBytes(3).toString("hex")}-${due}`;
  await kubectl.run(["create", "job", again, `--from=cronjob/${cronJob}`, where], {
    to: `run ${letter.id} again`,
  });
  await kubectl.run(["delete", `job/${letter.id}`, where, "--ignore-not-found", "--wait=false"], {
    to: `remove ${letter.id}`,
  });
}
