// What a platform tells the suite of itself: how things look there, how they are delivered, how the answer is read.
import type { LogRecord } from "@faasade/core/adapter";
import type { Artefact } from "@faasade/platforms/shared/artefact";
import type { HttpDifferences as CaseDifferences } from "../../src/shared/probe/cases.ts";
import type { ClientReply, ClientRequest } from "../../src/shared/probe/client.ts";

export interface Column {
  readonly title: string;
  /** Starts an artefact as the platform does. */
  open(artefact: Artefact, options: { readonly log: (record: LogRecord) => void }): Promise<Running>;
  readonly http: readonly HttpWay[];
  readonly object: readonly ObjectWay[];
  readonly message: readonly MessageWay[];
  readonly schedule: readonly ScheduleWay[];
  readonly call: readonly CallWay[];
}

export interface Running {
  deliver(native: unknown): Promise<Answer>;
  close(): Promise<void>;
}

/** What came back: a value of the platform's own form, or a failure of the function as the platform sees it. */
export type Answer = { readonly value: unknown } | { readonly thrown: unknown };

export type { ClientReply, ClientRequest } from "../../src/shared/probe/client.ts";

export interface HttpWay {
  readonly title: string;
  /** What this way cannot carry; what is not named here, it carries. */
  readonly differences: HttpDifferences;
  encode(request: ClientRequest): unknown;
  /** What the client sees, a 502 for an answer that the platform does not take. */
  decode(answer: Answer): ClientReply;
}

export interface HttpDifferences extends CaseDifferences {
  /** No caller is vouched for. */
  readonly noCaller?: true;
  /** The largest request body, where it is less than 3 MB. */
  readonly maxBodyBytes?: number;
  /** The largest reply. */
  readonly maxReplyBytes: number;
}

/** What the platform does with an event next. */
export type Verdict = "acknowledged" | "again" | "given up";

interface EventWay {
  readonly title: string;
  /** What becomes of an event that failed for good. Never acknowledged: `again` ends in the dead letters as well. */
  readonly permanent: Exclude<Verdict, "acknowledged">;
}

export interface ObjectChange {
  readonly change: "created" | "removed";
  readonly key: string;
  readonly size: number;
  readonly etag: string;
  readonly version: string;
  /** RFC 3339. */
  readonly time: string;
}

export interface ObjectWay extends EventWay {
  /** The URL of the store `photos`; keys are what is under it. */
  readonly url: string;
  encode(change: ObjectChange): unknown;
  verdict(answer: Answer): Verdict;
}

export interface Message {
  readonly id: string;
  readonly body: string;
  readonly time: string;
  readonly attempt: number;
}

export interface MessageWay extends EventWay {
  readonly kind: "queue" | "topic";
  /** Whether several messages come at once, and whether in order. */
  readonly several: false | "unordered" | "ordered";
  /** Whether the platform counts deliveries. */
  readonly counts: boolean;
  /** The event's id where a message is bare. Default: the message's own. */
  readonly bareId?: (name: string, id: string) => string;
  /** Which device it is of, where the platform says so of every message that is encoded here. */
  readonly device?: string;
  /** The URL of a queue or topic of this name. */
  url(name: string): string;
  encode(name: string, messages: readonly Message[]): unknown;
  verdicts(answer: Answer, messages: readonly Message[]): readonly Verdict[];
}

export interface ScheduleWay extends EventWay {
  encode(app: string, functionName: string, due: string): unknown;
  verdict(answer: Answer): Verdict;
}

export interface CallWay {
  readonly title: string;
  encode(functionName: string, input: unknown): unknown;
  decode(answer: Answer): { readonly output: unknown } | { readonly code: string };
}
