// A world to look at: two apps that hold one function of every kind, and what happened in them.
import type {
  AppState,
  DeadLetterEntry,
  FunctionState,
  JournalEntry,
  LogLine,
  MailSummary,
  QueueState,
  World,
} from "@faasade/local/control-api";

const empty = { ready: 0, delayed: 0, inFlight: 0, dead: 0 };
const counts = { invocations: 0, refused: 0, failures: 0 };
const plain = { timeoutSeconds: 30, maxAttempts: 5, grants: [], settings: [], examples: {}, ...counts };

export function someWorld(): World {
  return {
    ready: true,
    gateway: "http://127.0.0.1:4000",
    data: "/home/me/faasade/.faasade",
    engines: {},
    clock: { now: new Date().toISOString(), aheadMilliseconds: 0 },
    chaos: { duplicate: 0, delaySeconds: 0, crash: 0 },
    apps: [hello, imageConversion],
  };
}

export const queue = (name: string, depth: Partial<QueueState> = {}): QueueState => ({
  name,
  ...empty,
  ...depth,
});

const route = { auth: "public", maxBodyBytes: 1 << 20 } as const;

const hello: AppState = {
  name: "hello",
  description: "The smallest app: it greets, and once a day it says that it is alive.",
  state: "ready",
  url: "http://127.0.0.1:4000/hello",
  try: "curl http://127.0.0.1:4000/hello/hello/world",
  functions: [
    {
      ...plain,
      name: "greet",
      trigger: { kind: "http", routes: [{ method: "GET", path: "/hello/{name}", ...route }] },
      invocations: 12,
    },
    {
      ...plain,
      name: "say-alive",
      trigger: { kind: "schedule", cron: "0 9 * * *", timeZone: "Europe/Vienna", misfire: "once" },
      nextDue: new Date(Date.now() + 5 * 3_600_000).toISOString(),
    },
  ],
  stores: [],
  queues: [],
  topics: [],
  databases: [],
  mails: [],
};

const imageFunctions: FunctionState[] = [
  {
    ...plain,
    name: "make-renditions",
    trigger: { kind: "object", store: "photos", change: "created", suffix: [".jpg", ".png"] },
    grants: [
      { kind: "object-store", name: "photos", access: "trigger" },
      { kind: "object-store", name: "photos", access: "read" },
      { kind: "object-store", name: "renditions", access: "write" },
    ],
    deliveries: queue("image-conversion/make-renditions", { ready: 3, delayed: 1, inFlight: 2, dead: 1 }),
    invocations: 48,
    failures: 5,
  },
  {
    ...plain,
    name: "serve-photo",
    trigger: {
      kind: "http",
      routes: [
        { method: "GET", path: "/photos/{key+}", ...route },
        { method: "POST", path: "/photos", auth: "jwt", maxBodyBytes: 1 << 20 },
      ],
    },
    grants: [{ kind: "object-store", name: "renditions", access: "readWrite" }],
    invocations: 31,
    refused: 7,
  },
  {
    ...plain,
    name: "resize",
    trigger: { kind: "call" },
    grants: [{ kind: "object-store", name: "photos", access: "read" }],
  },
  {
    ...plain,
    name: "write-captions",
    trigger: {
      kind: "message",
      source: "captions",
      sourceKind: "queue",
      format: "cloudevents",
      batch: { size: 20, windowSeconds: 1 },
    },
    deliveries: queue("image-conversion/write-captions"),
    invocations: 4,
  },
];

const imageConversion: AppState = {
  name: "image-conversion",
  description: "Pictures in, renditions out: sizes and formats made when a photograph arrives, or by URL.",
  state: "ready",
  url: "http://127.0.0.1:4000/image-conversion",
  page: "http://127.0.0.1:4000/image-conversion/",
  try: "npm run faasade -- objects put image-conversion/photos coast.jpg",
  functions: imageFunctions,
  stores: [
    { name: "photos", objects: 3, bytes: 1_834_201 },
    { name: "renditions", objects: 0, bytes: 0 },
  ],
  queues: [queue("image-conversion/captions", { ready: 2 })],
  topics: [
    {
      name: "image-conversion/looks",
      address: "mqtt://127.0.0.1:1883/image-conversion/looks",
      subscribers: ["image-conversion/make-renditions"],
    },
  ],
  databases: ["ledger"],
  mails: [{ name: "notices", kept: 1 }],
};

let sequence = 0;

/** An entry that happens now, with the next sequence number. */
export function entry(
  part: Partial<JournalEntry> & Pick<JournalEntry, "kind" | "id" | "title">,
): JournalEntry {
  sequence += 1;
  return { sequence, time: new Date().toISOString(), ...part };
}

/** An upload, the event it made, a first attempt that failed and a second that did not. */
export function uploadStory(key: string): JournalEntry[] {
  const app = "image-conversion";
  const created = { app, title: "dev.faasade.object.created", detail: key };
  const attempt = {
    app,
    function: "make-renditions",
    kind: "attempt",
    id: `try-${key}`,
    cause: `event-${key}`,
  } as const;
  return [
    entry({ kind: "operator", id: `put-${key}`, app, title: `PUT photos/${key}` }),
    entry({ kind: "event", id: `event-${key}`, cause: `put-${key}`, ...created }),
    entry({
      ...attempt,
      title: "make-renditions",
      outcome: "retry",
      attempt: 1,
      milliseconds: 61,
      detail: "unavailable: the store is busy",
    }),
    entry({ ...attempt, title: "make-renditions", outcome: "ok", attempt: 2, milliseconds: 184 }),
    entry({
      kind: "event",
      id: `rendition-${key}`,
      cause: `try-${key}`,
      ...created,
      detail: `400w/${key}`,
    }),
  ];
}

export function someEntries(): JournalEntry[] {
  sequence = 0;
  const app = "hello";
  return [
    entry({ kind: "app", id: "start-hello", app, title: "started", outcome: "ok", milliseconds: 212 }),
    ...uploadStory("coast.jpg"),
    entry({
      kind: "request",
      id: "request-1",
      app,
      function: "greet",
      title: "GET /hello/world → 200",
      outcome: "ok",
      milliseconds: 2.3,
    }),
    entry({
      kind: "dead-letter",
      id: "event-broken.png",
      app: "image-conversion",
      function: "make-renditions",
      title: "dev.faasade.object.created",
      outcome: "dead",
      attempt: 5,
      detail: "unprocessable: broken.png ends in the middle of a chunk",
    }),
  ];
}

export const someLogs: LogLine[] = [
  {
    time: new Date().toISOString(),
    level: "info",
    app: "hello",
    function: "greet",
    message: "greeted world",
  },
  {
    time: new Date().toISOString(),
    level: "warn",
    app: "image-conversion",
    function: "make-renditions",
    message: "cannot read the picture",
    fields: { key: "broken.png", attempt: 5 },
  },
];

export const someMail: MailSummary = {
  id: "1",
  app: "image-conversion",
  resource: "notices",
  from: "notices@image-conversion.localhost",
  to: ["ops@example.org"],
  subject: "Ten photographs",
  sentAt: new Date().toISOString(),
  bytes: 812,
};

export const someDeadLetters: DeadLetterEntry[] = [
  {
    queue: "image-conversion/make-renditions",
    id: "event-broken.png",
    reason: "unprocessable: broken.png ends in the middle of a chunk",
    attempts: 5,
    deadAt: new Date().toISOString(),
    body: JSON.stringify({ store: "photos", key: "broken.png", size: 812 }),
    contentType: "application/json",
  },
];
