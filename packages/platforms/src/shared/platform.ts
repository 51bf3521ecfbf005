// What a platform says of itself at build time. Pure: it reads nothing, runs nothing, and returns files as values.
import type { FunctionDescription, Grant, TriggerDescription } from "@faasade/core/adapter";
import type { StartHere } from "./here.ts";
import type { AppProof, Proof } from "./proof.ts";

export type TriggerKind = TriggerDescription["kind"];
export type AuthKind = "public" | "platform" | "jwt" | "signature";

/** How a platform starts functions by one kind of trigger. */
export type Support =
  | {
      /** `bridged` means that something else stands between: what `via` names. */
      readonly how: "native" | "bridged";
      readonly via?: string;
      /** Whether what failed is delivered again, by the platform. */
      readonly redelivers: boolean;
    }
  | Unsupported;

export interface Unsupported {
  readonly how: "unsupported";
  readonly why: string;
  /** What would do. */
  readonly instead: string;
}

/** Object and message answer per driver; a driver that is not named is not supported. */
export interface SupportTable {
  readonly http: Support & { readonly auth: readonly AuthKind[] };
  readonly schedule: Support;
  readonly call: Support;
  readonly object: Readonly<Record<string, Support>>;
  readonly message: Readonly<Record<string, Support>>;
}

export type Unit = "function" | "app";

/** One way of packing an app for a platform. */
export interface Packaging {
  readonly title: string;
  /** The kinds of trigger this packaging serves; functions of other kinds are left to the default one. */
  readonly triggers: readonly TriggerKind[];
  /** The first is the default. */
  readonly units: readonly Unit[];
  readonly form: "zip" | "image" | "folder";
  /** The file at the artefact's root that the platform loads, such as `index.mjs`. */
  readonly file: string;
  /**
   * The source of that file before bundling. `faasade:artefact` is the module that exports `artefact`, of the type
   * `Artefact`; everything else comes from the platform's runtime.
   */
  readonly entry: string;
  /** The same where every function of the artefact is started by http; `entry` unless given. */
  readonly httpEntry?: string;
  /** The same where every event is written into the log, of a packaging that no request reaches over HTTP. */
  readonly recordingEntry?: string;
  /** Modules that only the host has: artefacts import them and carry none of them. */
  readonly provided?: readonly string[];
  readonly system: System;
  /** Where the host refuses more: bytes of the artefact as it is uploaded, and unpacked. */
  readonly limits?: { readonly packedBytes?: number; readonly unpackedBytes?: number };
  /** Where an image comes from, and what it runs. */
  readonly image?: { readonly base: string; readonly command: readonly string[]; readonly folder: string };
}

/** What native dependencies are fetched for, whatever the machine that builds. */
export interface System {
  readonly os: "linux";
  readonly cpu: "x64" | "arm64";
  readonly libc: "glibc" | "musl";
}

export interface Platform {
  /** The folder's name, such as `aws-lambda`. */
  readonly name: string;
  readonly title: string;
  /** Whether it is alive, in a line, with the date at which that was looked up. */
  readonly upstream: string;
  readonly triggers: SupportTable;
  /** By name; the first is the default. */
  readonly packagings: Readonly<Record<string, Packaging>>;
  /** The driver of each kind of resource, secrets included, unless the build names another. */
  readonly drivers: Readonly<Record<string, string>>;
  /** What functions need there beside what they use, by what starts them; the build adds it to them. */
  readonly grants?: Readonly<Partial<Record<TriggerKind, readonly Grant[]>>>;
  /** The commands that deploy what was built, a line each, to be run in its folder. */
  readonly next: (
    deployment: Pick<Deployment, "app" | "stage" | "packaging" | "system" | "artefacts">,
  ) => string;
  readonly proofs: readonly Proof[];
  /** Which apps were run there. */
  readonly appProofs?: readonly AppProof[];
  /** Starts an artefact on this machine; absent where nothing here runs one. */
  readonly here?: (packaging: string) => Promise<StartHere>;
  manifest(deployment: Deployment): readonly ManifestFile[];
}

/** What is to be deployed: one app, on one stage, in one packaging. */
export interface Deployment {
  readonly app: string;
  readonly stage: string;
  readonly packaging: string;
  readonly unit: Unit;
  /** What the artefacts were built for. */
  readonly system: System;
  readonly functions: readonly FunctionDescription[];
  readonly artefacts: readonly BuiltArtefact[];
  readonly resources: readonly DeployedResource[];
}

export interface BuiltArtefact {
  /** The function's name, or the app's. */
  readonly name: string;
  readonly functions: readonly string[];
  /** Relative to the manifest's folder: a zip, an image layout or a folder. */
  readonly path: string;
}

export interface DeployedResource {
  /** `object-store`, `sql`, `queue`, `topic`, `function`, `secret`. */
  readonly kind: string;
  readonly name: string;
  readonly driver: string;
}

/** `content` that is no text is written as YAML or JSON, by the path's ending. */
export interface ManifestFile {
  readonly path: string;
  readonly content: string | object;
  /** The operator's once it is there: a later build leaves it as it is. */
  readonly keep?: true;
  /** What is otherwise there than the app says, for whoever deploys. */
  readonly notes?: readonly string[];
}
