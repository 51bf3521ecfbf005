// What each kind of function looks like when it is new, as text.
import { type FunctionStart, identifierOf } from "./names.ts";

export interface Template {
  readonly imports: readonly string[];
  readonly says: string;
  readonly trigger: string;
  readonly handle: string;
  /** What its test promises, and how that is shown; nothing where the message's shape is not known. */
  readonly promise?: { readonly title: string; readonly lines: readonly string[] };
}

type Templates = {
  readonly [Kind in FunctionStart["kind"]]: (
    name: string,
    start: Extract<FunctionStart, { kind: Kind }>,
    options: { readonly knownResource: boolean },
  ) => Template;
};

export const templates: Templates = {
  http: (_, { route }) => {
    const [method = "GET", path = "/"] = route.split(" ");
    const [, parameter] = /\{(\w+)\+?\}/.exec(path) ?? [];
    const greeting = parameter === undefined ? '"Hello!"' : `\`Hello, \${request.params.${parameter}}!\``;
    const request = parameter === undefined ? "" : "request";
    const target = path.replaceAll(/\{\w+\+?\}/g, "world");
    const asked = method === "*" ? "GET" : method;
    return {
      imports: ['import { defineFunction, http, json } from "@faasade/core";'],
      says: `Answers ${route}.`,
      trigger: `http(${quote(route)}, { auth: "public" })`,
      handle: `  async handle(${request}) {\n    return json({ greeting: ${greeting} });\n  },`,
      promise: {
        title: parameter === undefined ? "greets" : "greets whoever the path names",
        lines: [
          `const reply = await appOf(FN).http({ method: ${quote(asked)}, target: ${quote(target)}, headers: {} });`,
          "expect(reply.status).toBe(200);",
          ...(asked === "HEAD"
            ? []
            : [
                `expect(JSON.parse(reply.body as string)).toEqual({ greeting: ${
                  parameter === undefined ? '"Hello!"' : '"Hello, world!"'
                } });`,
              ]),
        ],
      },
    };
  },
  schedule: (name, { cron }) => ({
    imports: ['import { defineFunction, schedule } from "@faasade/core";'],
    says: `Says when it is due: ${cron}, in UTC.`,
    trigger: `schedule(${quote(cron)})`,
    handle: logging("event", name, "{ due: event.data.due }"),
    promise: delivered(name, {
      title: "logs the instant it was due",
      type: "dev.faasade.schedule.due",
      data: `{ job: ${quote(name)}, due: "2026-01-02T03:04:00.000Z" }`,
      fields: '{ due: "2026-01-02T03:04:00.000Z" }',
    }),
  }),
  object: (name, { store }) => ({
    imports: ['import { defineFunction, objectCreated } from "@faasade/core";', importOf(store, "store")],
    says: `Runs for each object put into ${store}.`,
    trigger: `objectCreated(${identifierOf(store, "store")})`,
    handle: logging("{ data }", name, "{ key: data.key }"),
    promise: delivered(name, {
      title: "logs the key of what was stored",
      type: "dev.faasade.object.created",
      data: `{ store: ${quote(store)}, key: "a.txt", size: 5, etag: "1" }`,
      fields: '{ key: "a.txt" }',
    }),
  }),
  message: (name, { queue }, { knownResource }) => ({
    imports: ['import { defineFunction, messageReceived } from "@faasade/core";', importOf(queue, "queue")],
    says: `Runs for each message of ${queue}.`,
    trigger: `messageReceived(${identifierOf(queue, "queue")})`,
    handle: logging("{ data }", name, "{ message: data }"),
    ...(knownResource
      ? {}
      : {
          promise: delivered(name, {
            title: "logs the message",
            type: "dev.faasade.message",
            data: '{ text: "hello" }',
            fields: '{ message: { text: "hello" } }',
          }),
        }),
  }),
};

export function resourcePath(name: string): string {
  return `src/resources/${name.slice(name.lastIndexOf("/") + 1)}.ts`;
}

function importOf(resource: string, kind: string): string {
  const file = resourcePath(resource).replace("src/", "../");
  return `import { ${identifierOf(resource, kind)} } from ${quote(file)};`;
}

function logging(event: string, message: string, fields: string): string {
  return `  async handle(${event}, { log }) {\n    log.info(${quote(message)}, ${fields});\n  },`;
}

function delivered(
  name: string,
  { title, type, data, fields }: Readonly<Record<"title" | "type" | "data" | "fields", string>>,
): NonNullable<Template["promise"]> {
  return {
    title,
    lines: [
      "const records: LogRecord[] = [];",
      `const event = {
      specversion: "1.0" as const,
      id: "1",
      source: "/test",
      type: ${quote(type)},
      data: ${data},
      extensions: {},
    };`,
      `const outcome = await appOf(FN, records).events(${quote(name)}, { events: [event] });`,
      "expect(outcome).toEqual({ ok: true, reply: { failed: [] } });",
      `expect(records).toMatchObject([{ level: "info", message: ${quote(name)}, fields: ${fields} }]);`,
    ],
  };
}

export function quote(text: string): string {
  return JSON.stringify(text);
}
