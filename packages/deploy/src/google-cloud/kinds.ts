// The kinds of things that a deployment consists of: how gcloud lists those of a stage, and removes one.
import type { StageId } from "../target.ts";
import type { Gcloud } from "./gcloud.ts";

export interface Kind {
  /** As Google calls it. */
  readonly type: string;
  readonly holdsData: boolean;
  /** How those of a stage are asked for. */
  readonly list: (stage: string, gcloud: Gcloud) => readonly string[];
  readonly nameOf: (found: Found) => string | undefined;
  /** The same to gcloud's `--format=value(…)`. */
  readonly nameField: string;
  readonly remove: (name: string, gcloud: Gcloud) => readonly string[];
}

/** What gcloud prints of one thing, as far as it is read. */
export interface Found {
  readonly name?: string;
  readonly email?: string;
  readonly metadata?: { readonly name?: string; readonly labels?: Readonly<Record<string, string>> };
  readonly status?: { readonly url?: string; readonly conditions?: readonly Condition[] };
  readonly spec?: {
    readonly template?: {
      readonly spec?: {
        readonly containers?: readonly {
          readonly env?: readonly { readonly name: string; readonly value?: string }[];
        }[];
      };
    };
  };
}

export interface Condition {
  readonly type?: string;
  readonly status?: string;
  readonly message?: string;
}

const labelled = (stage: string): string => `--filter=labels.faasade-deployment=${stage}`;
const lastPart = ({ name }: Found): string | undefined => name?.split("/").at(-1);

/** In the order in which they are removed: nothing goes before what uses it. */
export const kinds = {
  job: {
    type: "scheduler job",
    holdsData: false,
    // A job carries no labels; its name and its sender are the stage's.
    list: (stage, { region }) => [
      "scheduler",
      "jobs",
      "list",
      `--location=${region}`,
      `--filter=httpTarget.oidcToken.serviceAccountEmail~^${senderPattern(stage)}@`,
    ],
    nameOf: lastPart,
    nameField: "name.basename()",
    remove: (name, { region }) => ["scheduler", "jobs", "delete", name, `--location=${region}`],
  },
  trigger: {
    type: "eventarc trigger",
    holdsData: false,
    list: (stage) => ["eventarc", "triggers", "list", "--location=-", labelled(stage)],
    // Its location is the bucket's.
    nameOf: ({ name }) => name,
    nameField: "name",
    remove: (name) => ["eventarc", "triggers", "delete", name],
  },
  subscription: {
    type: "pubsub subscription",
    holdsData: false,
    list: (stage) => ["pubsub", "subscriptions", "list", labelled(stage)],
    nameOf: lastPart,
    nameField: "name.basename()",
    remove: (name) => ["pubsub", "subscriptions", "delete", name],
  },
  service: {
    type: "run service",
    holdsData: false,
    list: (stage, { region }) => [
      ...["run", "services", "list", `--region=${region}`],
      `--filter=metadata.labels.faasade-deployment=${stage}`,
    ],
    nameOf: ({ metadata }) => metadata?.name,
    nameField: "metadata.name",
    remove: (name, { region }) => ["run", "services", "delete", name, `--region=${region}`],
  },
  topic: {
    type: "pubsub topic",
    holdsData: false,
    list: (stage) => ["pubsub", "topics", "list", labelled(stage)],
    nameOf: lastPart,
    nameField: "name.basename()",
    remove: (name) => ["pubsub", "topics", "delete", name],
  },
  secret: {
    type: "secret",
    holdsData: false,
    list: (stage) => ["secrets", "list", labelled(stage)],
    nameOf: lastPart,
    nameField: "name.basename()",
    remove: (name) => ["secrets", "delete", name],
  },
  account: {
    type: "service account",
    holdsData: false,
    // An account carries no labels: its description says whose it is.
    list: (stage) => [
      "iam",
      "service-accounts",
      "list",
      `--filter=description="faasade-deployment=${stage}"`,
    ],
    nameOf: ({ email }) => email,
    nameField: "email",
    remove: (email) => ["iam", "service-accounts", "delete", email],
  },
  repository: {
    type: "artifacts repository",
    holdsData: false,
    list: (stage, { region }) => [
      "artifacts",
      "repositories",
      "list",
      `--location=${region}`,
      labelled(stage),
    ],
    nameOf: lastPart,
    nameField: "name.basename()",
    remove: (name, { region }) => ["artifacts", "repositories", "delete", name, `--location=${region}`],
  },
  bucket: {
    type: "storage bucket",
    holdsData: true,
    list: (stage) => ["storage", "buckets", "list", labelled(stage)],
    nameOf: ({ name }) => name,
    nameField: "name",
    remove: (name) => ["storage", "rm", "--recursive", `gs://${name}`],
  },
} as const satisfies Readonly<Record<string, Kind>>;

export type KindName = keyof typeof kinds;

/** The sender's id is the stage's with an ending, or the beginning of that with a digest. */
function senderPattern(stage: string): string {
  const whole = `${stage}-sender`;
  return whole.length <= 30 ? whole : `${whole.slice(0, 21).replace(/-+$/, "")}-[0-9a-f]{8}`;
}

export function labelsOf({ app, stage, name }: StageId): string {
  return `faasade-app=${app},faasade-stage=${stage},faasade-deployment=${name}`;
}
