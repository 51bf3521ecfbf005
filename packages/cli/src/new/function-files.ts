// The source and the test of a new function, as text.
import { type FunctionStart, identifierOf } from "./names.ts";
import { quote, resourcePath, type Template, templates } from "./templates.ts";

/** Path below the app → text. */
export type Files = Readonly<Record<string, string>>;

export function functionFiles(
  name: string,
  start: FunctionStart,
  options: { readonly knownResource: boolean },
): Files {
  const { imports, says, trigger, handle, promise } = templates[start.kind](name, start as never, options);
  const source = `${imports.join("\n")}

/** ${says.replaceAll("*/", "*\\/")} */
export default defineFunction({
  name: ${quote(name)},
  trigger: ${trigger},
${handle}
});
`;
  const files = { [`src/functions/${name}.ts`]: source };
  return promise === undefined ? files : { ...files, [`test/${name}.test.ts`]: testOf(name, promise) };
}

/** The file of a resource that a function names and that is not there yet. */
export function resourceFiles(start: FunctionStart): Files {
  if (start.kind === "object") {
    const declared = `export const ${identifierOf(start.store, "store")} = objectStore(${quote(start.store)});`;
    return {
      [resourcePath(start.store)]:
        `import { objectStore } from "@faasade/connectors/object-store";\n\n${declared}\n`,
    };
  }
  if (start.kind === "message") {
    const imports = 'import { queue } from "@faasade/connectors/queue";\nimport * as v from "valibot";';
    const schema = "v.object({ text: v.string() })";
    const declared = `export const ${identifierOf(start.queue, "queue")} = queue(${quote(start.queue)}, ${schema});`;
    return { [resourcePath(start.queue)]: `${imports}\n\n${declared}\n` };
  }
  return {};
}

/** The test's own host: written once per app. */
export const testHostFile: Files = {
  "test/app-of.ts": `// An app of one function, on a clock that stands still and chance that repeats itself.
import { type AnyFunction, type App, createIds, type Host, type LogRecord, openApp } from "@faasade/core/adapter";

const clock = { now: () => Date.UTC(2026, 0, 2, 3, 4, 5) };

export function appOf(fn: AnyFunction, records: LogRecord[] = []): App {
  const host: Host = {
    clock,
    random: () => 0.5,
    ids: createIds(clock, () => 0.5),
    log: (record) => records.push(record),
    configuration: () => undefined,
    secrets: (name) => Promise.reject(new Error(\`There is no secret \${name} in this test.\`)),
    http: { fetch: () => Promise.reject(new Error("There is no network in this test.")) },
  };
  const entry = { name: fn.name, trigger: fn.trigger, load: async () => ({ default: fn }) };
  return openApp({ app: "test", functions: [entry], drivers: {} }, host);
}
`,
};

function testOf(name: string, { title, lines }: NonNullable<Template["promise"]>): string {
  const fn = identifierOf(name, "function");
  const body = lines.map((line) => `    ${line.replaceAll("FN", fn)}`).join("\n");
  const records = body.includes("LogRecord")
    ? 'import type { LogRecord } from "@faasade/core/adapter";\n'
    : "";
  return `${records}import { describe, expect, it } from "vitest";
import ${fn} from "../src/functions/${name}.ts";
import { appOf } from "./app-of.ts";

describe(${quote(name)}, () => {
  it(${quote(title)}, async () => {
${body}
  });
});
`;
}
