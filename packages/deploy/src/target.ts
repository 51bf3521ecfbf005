// What a place to deploy to has to answer: what it lacks, what stands there, the steps there and away, and its use.
import type { BuildResult } from "@faasade/build";
import type { Ledger } from "./ledger.ts";
import type { Witness } from "./shared/witness.ts";
import type { StageClient } from "./stage.ts";

/** One app on one stage of one platform; `name` is what its resources are labelled with: `<app>-<stage>`. */
export interface StageId {
  readonly app: string;
  readonly stage: string;
  readonly platform: string;
  readonly name: string;
}

/** Deploys by the platform's own tool or official SDK; loads either on first use. */
export interface Target {
  /** The platforms that are deployed to this way. */
  readonly platforms: readonly string[];
  /** Where it deploys to, by name: the options it takes besides, such as `region`, `context` or `project`. */
  readonly options: Readonly<Record<string, TargetOption>>;
  /** The place with what was left open, as the tool's own configuration says it, such as the current context. */
  settle?(place: Place): Promise<Place>;
  /** Credentials, region, tools, cluster: everything that must be there, each missing thing with its fix. */
  checks(place: Place): Promise<readonly TargetCheck[]>;
  /** What stands there, asked by label, not taken from any record; and the record of the stage itself. */
  look(id: StageId, place: Place): Promise<Standing>;
  /** What a deployment would do to each resource; changes nothing. */
  compare(wanted: Wanted, standing: Standing, place: Place): Promise<readonly Change[]>;
  /** What somebody has to provide: secrets, settings without a default, URLs of what is not created. */
  needs(wanted: Wanted, standing: Standing, place: Place): Promise<readonly Need[]>;
  /** From what stands to what was built. Each step may be run again, whatever became of it the first time. */
  deploying(wanted: Wanted, standing: Standing, place: Place): Promise<readonly Step[]>;
  /** From what stands to nothing, or to the stores that hold data. */
  destroying(
    id: StageId,
    standing: Standing,
    place: Place,
    options: DestroyOptions,
  ): Promise<readonly Step[]>;
  /** The stage to work with: its functions, stores, logs and dead letters. */
  open(ledger: Ledger, place: Place): Promise<StageClient>;
  /** Who answers there: the platform itself, or what stands in for it. @param url where the app is */
  witness(place: Place, url: string): Promise<Witness>;
}

/** What is to stand at a stage. */
export interface Wanted {
  readonly id: StageId;
  readonly build: BuildResult;
  /** What the stage is to remember; the target adds what it knows best, `url` and `resources`. */
  readonly ledger: Ledger;
  /** Settings and URLs that the operator gave for this deployment, by variable; secrets among them are never kept. */
  readonly values: Readonly<Record<string, string>>;
}

export interface Change {
  /** `orphan`: it stands, and a deployment would neither change nor remove it. */
  readonly what: "create" | "change" | "remove" | "unchanged" | "orphan";
  /** As in `StandingResource`. */
  readonly type: string;
  /** By which people know it; what is not there yet has no id. */
  readonly name: string;
  /** What of it changes, or what becomes of it. */
  readonly detail?: string;
}

export interface Need {
  /** The variable: `IMAGE_SIGNING_KEY`, `LEDGER_URL`, `MAX_PIXELS`. */
  readonly name: string;
  readonly kind: "secret" | "setting" | "url";
  readonly state: "there" | "missing";
  /** Where it is, or is looked for. Never its value. */
  readonly detail: string;
  /** The command that provides it. */
  readonly fix?: string;
  /** Of a secret that nobody has to know: makes a random one. */
  readonly create?: Step;
}

export interface TargetOption {
  readonly description: string;
  /** The environment variables that say it where the option does not, first one first. */
  readonly variables: readonly string[];
  /** Whether another value is another place: a stage that stands is not deployed to a second one. */
  readonly identifies?: true;
  /** Whether it is said of one call, and is not remembered. */
  readonly once?: true;
}

/** The target's options as they were given, or as the environment says them. */
export type Place = Readonly<Record<string, string>>;

export interface TargetCheck {
  readonly name: string;
  readonly state: "ok" | "missing" | "wrong";
  readonly detail: string;
  readonly fix?: string;
}

/** What is at a stage now. */
export interface Standing {
  /** What the stage itself remembers of its last deployment; absent before the first. */
  readonly ledger?: Ledger;
  /**
   * `changing` is to be waited for, `broken` to be repaired. `unknown` stands for a place that could not be asked: what
   * is planned then is a first deployment, without any call to the platform.
   */
  readonly state: "absent" | "ready" | "changing" | "broken" | "unknown";
  /** In the platform's words. */
  readonly detail?: string;
  readonly resources: readonly StandingResource[];
}

export interface StandingResource {
  /** The platform's own: an ARN, `apps/v1 Deployment demo/shop`, a resource id. */
  readonly id: string;
  /** The platform's own, such as `AWS::S3::Bucket`. */
  readonly type: string;
  /** Whether removing it removes what people stored. */
  readonly holdsData: boolean;
}

export interface DestroyOptions {
  /** Whether stores go too, with what they hold. */
  readonly deleteData: boolean;
}

/** One call of the platform's tool or SDK. */
export interface Step {
  /** Stable: what a test kills at, and `--json` names. */
  readonly name: string;
  /** What it does, as somebody would type it; runs as it stands where the platform's tool is installed. */
  readonly command: string;
  /** @returns what came of it, in a line; undefined when nothing had to be done. */
  run(report: (line: string) => void): Promise<string | undefined>;
}
