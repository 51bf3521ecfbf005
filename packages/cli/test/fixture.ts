// A small checkout with one app, whose functions do what the tests of the command need.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Place } from "./faasade.ts";

export const repository = fileURLToPath(new URL("../../../", import.meta.url));

const app: Readonly<Record<string, string>> = {
  "package.json": JSON.stringify({
    name: "@faasade/app-shop",
    version: "0.1.0",
    private: true,
    type: "module",
    description: "Sells.",
    faasade: { try: "curl {url}/hello" },
  }),
  "src/resources/photos.ts": `import { objectStore } from "@faasade/connectors/object-store";
export const photos = objectStore("photos");
`,
  "src/resources/orders.ts": `import { queue } from "@faasade/connectors/queue";
import * as v from "valibot";
export const orders = queue("orders", v.object({ item: v.string() }));
`,
  "src/functions/answer.ts": `import { defineFunction, FunctionError, http, json } from "@faasade/core";
export default defineFunction({
  name: "answer",
  trigger: http({ "POST /answer": { auth: "public" }, "GET /{word+}": { auth: "public" } }),
  async handle(request) {
    if (request.params.word === "secret") throw new FunctionError("forbidden", "Not for you.");
    if (request.params.word === "broken") throw new Error("oh");
    const body = request.method === "POST" ? await request.text() : "";
    return json({ word: request.params.word, body, type: request.headers.get("content-type"), tag: request.headers.get("x-tag") });
  },
});
`,
  "src/functions/hello.ts": `import { defineFunction, http, text } from "@faasade/core";
export default defineFunction({
  name: "hello",
  trigger: http("GET /hello", { auth: "public" }),
  async handle(_request, { log }) {
    log.warn("greeted", { times: 1 });
    return text("hello\\u001b[2J");
  },
});
`,
  "src/functions/linger.ts": `import { defineFunction, http, text } from "@faasade/core";
export default defineFunction({
  name: "linger",
  trigger: http("GET /linger", { auth: "public" }),
  async handle(_request, { log }) {
    log.info("lingering");
    await new Promise((resolve) => setTimeout(resolve, 25_000));
    return text("at last");
  },
});
`,
  "src/functions/close-day.ts": `import { defineFunction, schedule } from "@faasade/core";
export default defineFunction({
  name: "close-day",
  trigger: schedule("0 22 * * *"),
  async handle(event, { log }) {
    log.info("closed", { due: event.data.due });
  },
});
`,
  "src/functions/take-photo.ts": `import { defineFunction, objectCreated, read, settings } from "@faasade/core";
import * as v from "valibot";
import { photos } from "../resources/photos.ts";
const limits = settings({ maxBytes: { schema: v.number(), default: 1000, description: "Bytes a photo may have." } });
export default defineFunction({
  name: "take-photo",
  trigger: objectCreated(photos, { suffix: [".jpg"] }),
  uses: { photos: read(photos), limits },
  timeoutSeconds: 7,
  async handle({ data }, { log }) {
    log.info("took", { key: data.key });
  },
});
`,
  "src/functions/write-mail.ts": `import { mail } from "@faasade/connectors/mail";
import { defineFunction, http, json, send } from "@faasade/core";
const notices = mail("notices");
export default defineFunction({
  name: "write-mail",
  trigger: http("POST /mail", { auth: "public" }),
  uses: { notices: send(notices) },
  async handle(request, context) {
    const { subject } = await request.json();
    return json(await context.notices.send({ to: "ops@example.org", subject, text: "It is so.\\n" }));
  },
});
`,
  "src/functions/take-order.ts": `import { defineFunction, FunctionError, messageReceived } from "@faasade/core";
import { orders } from "../resources/orders.ts";
export default defineFunction({
  name: "take-order",
  trigger: messageReceived(orders),
  async handle({ data }) {
    if (data.item === "nothing") throw new FunctionError("invalid", "Nothing is not for sale.");
  },
});
`,
};

export interface Fixture extends Place {
  write(path: string, text: string): void;
  dispose(): void;
}

/** In a folder of its own; `@faasade/*` and libraries come from this repository. */
export function makeFixture(): Fixture {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "faasade-cli-")));
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  for (const [path, text] of Object.entries(app)) write(`apps/shop/${path}`, text);
  symlinkSync(join(repository, "node_modules"), join(root, "node_modules"), "junction");
  return {
    root,
    data: join(root, "data"),
    write,
    dispose: () => rmSync(root, { recursive: true, force: true, maxRetries: 5 }),
  };
}
