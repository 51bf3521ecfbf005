// A built artefact, running on this machine as its platform runs it.

export interface HereOptions {
  /** What the platform unpacks. */
  readonly folder: string;
  /** What the build wrote: the artefacts, and the manifest's files beside them. */
  readonly built: string;
  /** What the operator sets there: `<RESOURCE>_URL`, settings, secrets. */
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  /** Where it is reached; 0 picks a free one. */
  readonly port: number;
  /** What the artefact prints. */
  readonly onOutput: (text: string) => void;
}

export interface Here {
  /** Requests go here as a client sends them. */
  readonly url: string;
  /** A native event is posted here; the answer is the artefact's. */
  readonly eventsUrl: string;
  /** What runs it, for people: the platform's own runtime, or a double. */
  readonly by: string;
  stop(): Promise<void>;
}

export type StartHere = (options: HereOptions) => Promise<Here>;
