// What a build is asked for, and what it says it did.
import type { FunctionDescription } from "@faasade/core/adapter";
import type {
  BuiltArtefact,
  DeployedResource,
  Platform,
  System,
  Unit,
} from "@faasade/platforms/shared/platform";

export interface BuildOptions {
  /** The checkout: holds `apps/`, `node_modules` and package-lock.json. */
  readonly root: string;
  readonly app: string;
  /** A platform, or the name of one. */
  readonly platform: string | Platform;
  /** Default: the platform's first. */
  readonly packaging?: string;
  /** Default: the packaging's first. */
  readonly unit?: Unit;
  readonly stage: string;
  /** Of the app, these functions only. */
  readonly only?: readonly string[];
  /** The processor it is for, also where that is not the packaging's own. */
  readonly cpu?: System["cpu"];
  /** By a resource's name, or for all of a kind; the platform's own otherwise. */
  readonly drivers?: Readonly<Record<string, string>>;
  /** What images stand on: an OCI layout or an archive of one, or an image reference, which is not fetched. */
  readonly base?: string;
  /** Whether what reaches it is written into its log as it comes, bodies and all: of a probe, never of an app. */
  readonly recording?: true;
  /** Holds one folder per platform. Default: `apps/<app>/.faasade`. */
  readonly outFolder?: string;
  /** Told what is being done, a line at a time. */
  readonly report?: (line: string) => void;
}

export interface BuildResult {
  readonly app: string;
  readonly stage: string;
  readonly platform: string;
  readonly packaging: string;
  readonly unit: Unit;
  readonly system: System;
  /** Absolute; everything else is relative to it. */
  readonly folder: string;
  readonly artefacts: readonly ArtefactResult[];
  /** Those that the artefacts hold. */
  readonly functions: readonly FunctionDescription[];
  /** What these use, each with the driver it was built with. */
  readonly resources: readonly DeployedResource[];
  /** Functions that this packaging does not serve. */
  readonly leftOut: readonly string[];
  /** The manifest's files. */
  readonly manifest: readonly string[];
  /** What is otherwise there than the app says. */
  readonly notes: readonly string[];
  /** The commands that deploy it, a line each, to be run in the folder. */
  readonly next: string;
}

export interface ArtefactResult extends BuiltArtefact {
  /** As it is uploaded; for a folder, as it lies there. */
  readonly packedBytes: number;
  readonly unpackedBytes: number;
  /** Source modules inside, native packages not counted. */
  readonly modules: number;
  readonly sizes: readonly FunctionSize[];
  /** Native packages inside, as `name@version`. */
  readonly natives: readonly string[];
  readonly budgets: readonly Budget[];
  /** Of an image only. */
  readonly image?: {
    /** What it stands on, as `reference@digest`; "none" when only the layer and a Dockerfile were written. */
    readonly base: string;
    /** Of the manifest; absent without a base. */
    readonly digest?: string;
  };
}

/** What is loaded to start one function: the entry, its own file and what both import; drivers come on first use. */
export interface FunctionSize {
  readonly name: string;
  readonly bytes: number;
  readonly modules: number;
}

export interface Budget {
  readonly what: string;
  readonly limit: number;
  readonly value: number;
  readonly kept: boolean;
  /** What is there and should not be. */
  readonly because?: readonly string[];
}
