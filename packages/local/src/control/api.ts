// The control interface of the local world: what the page and the command say to the host, and what it answers.
import type { FunctionDescription } from "@faasade/core/adapter";

/** Answers `GET /control/status`; printed by `faasade status --json`. */
export interface Status {
  /** Every app answers. */
  readonly ready: boolean;
  /** What every app suffers from, such as a full disk. */
  readonly problem?: string;
  /** The page, with the start's token in its fragment, which a browser never sends. */
  readonly page: string;
  /** The origin under which each app's http functions answer, at `/<app>`. */
  readonly gateway: string;
  readonly apps: Readonly<Record<string, AppStatus>>;
}

export interface AppStatus {
  readonly state: AppState["state"];
  readonly problem?: string;
  readonly functions: readonly string[];
  readonly stores: readonly string[];
  readonly queues: readonly string[];
  readonly topics: readonly string[];
  /** By function. */
  readonly counts: Readonly<Record<string, InvocationCounts>>;
}

/** Answers `GET /control/world`, and comes as the `world` event of `GET /control/stream` whenever it changes. */
export interface World {
  readonly ready: boolean;
  readonly gateway: string;
  /** Where the data lives: an absolute path. */
  readonly data: string;
  /** What is not on this machine: URLs without passwords by kind, of `objects`, `sql` and `queue`. */
  readonly engines: Readonly<Record<string, string>>;
  readonly clock: ClockState;
  readonly chaos: Chaos;
  readonly apps: readonly AppState[];
}

export interface AppState {
  readonly name: string;
  readonly description: string;
  /** `failed` when its source does not load, `gone` when its folder was deleted; `problem` says why, and what is slow. */
  readonly state: "starting" | "ready" | "restarting" | "failed" | "gone";
  readonly problem?: string;
  /** `http://127.0.0.1:<port>/<app>` */
  readonly url: string;
  /** A page of its own to open, when it has one. */
  readonly page?: string;
  /** One line to try, ready to paste. */
  readonly try?: string;
  readonly functions: readonly FunctionState[];
  readonly stores: readonly StoreState[];
  readonly queues: readonly QueueState[];
  readonly topics: readonly TopicState[];
  readonly databases: readonly string[];
  /** What it sends mails by, with how many are kept of it. */
  readonly mails: readonly { readonly name: string; readonly kept: number }[];
}

export interface FunctionState extends FunctionDescription, InvocationCounts {
  /** Data to try it with, which its schema takes: by route, `POST /orders`, or by `message` or `call`. */
  readonly examples: Readonly<Record<string, unknown>>;
  /** RFC 3339; only for schedules. */
  readonly nextDue?: string;
  /** Deliveries that wait, are being tried and were given up; only for functions started by events. */
  readonly deliveries?: QueueState;
}

/** Since the start. */
export interface InvocationCounts {
  readonly invocations: number;
  /** Answered with a 4xx: what was asked was wrong, not the function. */
  readonly refused: number;
  readonly failures: number;
}

export interface StoreState {
  readonly name: string;
  readonly objects: number;
  readonly bytes: number;
}

export interface QueueState {
  /** Qualified: `shop/charge` for a function's deliveries, `app/queue` for a queue. */
  readonly name: string;
  readonly ready: number;
  readonly delayed: number;
  readonly inFlight: number;
  readonly dead: number;
}

export interface TopicState {
  /** Qualified: `app/topic`. */
  readonly name: string;
  /** The MQTT topic, with the broker; keys stand below it. */
  readonly address: string;
  /** The functions it starts, qualified. */
  readonly subscribers: readonly string[];
}

export interface ClockState {
  /** RFC 3339, as functions see it. */
  readonly now: string;
  /** How far functions are ahead of the wall clock, in milliseconds. */
  readonly aheadMilliseconds: number;
}

/** Faults to inject; probabilities from 0 to 1. */
export interface Chaos {
  readonly duplicate: number;
  readonly delaySeconds: number;
  readonly crash: number;
}

/** One line of the journal: an event, an attempt at it, or something the operator did. */
export interface JournalEntry {
  /** Counts up. */
  readonly sequence: number;
  /** RFC 3339, by the clock of the world. */
  readonly time: string;
  readonly kind: "event" | "request" | "attempt" | "dead-letter" | "operator" | "app";
  /** The CloudEvent's id, or the invocation's. */
  readonly id: string;
  /** The id of what caused it, when something here did. */
  readonly cause?: string;
  readonly app?: string;
  readonly function?: string;
  /** The CloudEvent's type, or `GET /photos/a.jpg → 200`. */
  readonly title: string;
  readonly outcome?: "ok" | "retry" | "refused" | "dead";
  readonly attempt?: number;
  readonly milliseconds?: number;
  /** The reason of a failure, or the event's subject. */
  readonly detail?: string;
}

export interface DeadLetterEntry {
  readonly queue: string;
  readonly id: string;
  readonly reason: string;
  readonly attempts: number;
  /** RFC 3339. */
  readonly deadAt: string;
  /** The message as text; base64 when it is not UTF-8. */
  readonly body: string;
  readonly contentType: string;
}

/** `POST /control/invoke`: an http function gets a request, any other its data. */
export interface InvokeRequest {
  /** `app/function`, or the short name where it is unique. */
  readonly function: string;
  readonly data?: unknown;
  readonly request?: {
    readonly method?: string;
    /** Path and query below the app, such as `/world?x=1`. */
    readonly path: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
    /** Set when `body` is bytes that are no text. */
    readonly encoding?: "base64";
  };
}

export interface InvokeReply {
  readonly ok: boolean;
  readonly milliseconds: number;
  /** For http functions. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text of an http reply (base64 when it is not UTF-8), the output of a call, nothing for an event. */
  readonly reply?: unknown;
  /** Set when `reply` is bytes that are no text. */
  readonly encoding?: "base64";
  readonly error?: { readonly code: string; readonly message: string };
}

export interface LogLine {
  readonly time: string;
  readonly level: string;
  readonly app: string;
  readonly function?: string;
  readonly message: string;
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** A mail that an app sent, and that was delivered to nobody. */
export interface MailSummary {
  readonly id: string;
  readonly app: string;
  /** What it was sent by. */
  readonly resource: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  /** RFC 3339, by the app's clock. */
  readonly sentAt: string;
  readonly bytes: number;
}

/** Answers `GET /control/mails/<id>`. */
export interface MailContent extends MailSummary {
  readonly text: string;
  readonly html?: string;
  /** As they came, unfolded. */
  readonly headers: readonly string[];
}

export interface ObjectEntry {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  readonly etag: string;
  /** Epoch milliseconds. */
  readonly modifiedAt: number;
}

/** Answers `GET /control/objects/<app>/<store>`. */
export interface ObjectPage {
  readonly objects: readonly ObjectEntry[];
  /** Ask again with `after` set to this; absent on the last page. */
  readonly next?: string;
}
