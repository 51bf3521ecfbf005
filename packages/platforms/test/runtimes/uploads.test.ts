// Needs apps/image-conversion.
import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { startHere } from "../../src/azure-functions/here/start.ts";
import type { ClientRequest, HttpWay } from "../conformance/column.ts";
import { httpWays } from "../conformance/columns/aws-lambda/http.ts";
import { startLambdaEmulator } from "./aws-lambda-emulator.ts";
import { buildFolders } from "./built.ts";
import { startFunctionsFramework } from "./functions-framework.ts";
import { describeInside, type RuntimePart } from "./installed.ts";
import { startNodeServer } from "./node-server.ts";
import { freePort, startProgram, until } from "./program.ts";
import { type Environment, inAzurite, inGcs, inS3, type Store } from "./stores.ts";

const sample = fileURLToPath(
  new URL("../../../../apps/image-conversion/samples/coffee.jpg", import.meta.url),
);
const key = "a b/ü+.jpg";
const path = "/photos/a%20b/%C3%BC%2B.jpg";
const gatewaySecret = "said by the gateway to vouch";
const ofEvery = {
  PUBLIC_URL: "https://pictures.example.org",
  IMAGE_SIGNING_KEY: "a key of more than thirty-two characters",
};

interface Served {
  ask(request: Pick<ClientRequest, "method"> & { readonly body?: Buffer }): Promise<[number, Buffer]>;
  stop(): Promise<unknown>;
}

interface HttpPath {
  readonly target: string;
  readonly packaging: string;
  readonly parts: readonly RuntimePart[];
  store(): Promise<Store>;
  start(folder: string, environment: Environment): Promise<Served>;
}

function served(origin: string, stop: () => Promise<unknown>, vouched: Environment = {}): Served {
  return {
    async ask({ method, body }) {
      const headers = { ...vouched, ...(body === undefined ? {} : { "content-type": "image/jpeg" }) };
      const reply = await fetch(`${origin}${path}`, {
        method,
        headers,
        ...(body === undefined ? {} : { body }),
      });
      return [reply.status, Buffer.from(await reply.arrayBuffer())];
    },
    stop,
  };
}

const guarded = { FAASADE_SERVE: "http", FAASADE_CALLERS: "iam" };

const azure = (packaging: string): HttpPath => ({
  target: "azure-functions",
  packaging,
  parts: ["npm"],
  store: inAzurite,
  async start(folder, environment) {
    const onOutput = (): void => {};
    const options = { folder, built: dirname(folder), environment, timeoutSeconds: 30, port: 0, onOutput };
    const here = await startHere(options);
    return served(here.url, here.stop);
  },
});

const paths: readonly (readonly [string, HttpPath])[] = [
  [
    "by Cloud Run's container",
    {
      target: "google-cloud",
      packaging: "cloud-run",
      parts: ["go"],
      store: inGcs,
      async start(cwd, environment) {
        const own = { PORT: "0", K_SERVICE: "pictures", ...guarded, ...environment };
        const server = await startNodeServer(["index.mjs"], { cwd, environment: own });
        return served(server.url, () => server.stop("SIGKILL"));
      },
    },
  ],
  [
    "inside functions-framework",
    {
      target: "google-cloud",
      packaging: "functions-framework",
      parts: ["npm", "go"],
      store: inGcs,
      async start(folder, environment) {
        const own = { ...guarded, ...environment };
        const server = await startFunctionsFramework({ folder, target: "faasade", environment: own });
        return served(server.url, () => server.stop("SIGKILL"));
      },
    },
  ],
  ["by Azure's Node model", azure("v4")],
  ["by Azure's custom handler", azure("custom-handler")],
  [
    "by a pod of Kubernetes",
    {
      target: "kubernetes",
      packaging: "image",
      parts: [],
      store: inS3,
      async start(cwd, environment) {
        const port = await freePort();
        const own = { PORT: `${port}`, FAASADE_SERVE: "http", FAASADE_GATEWAY_SECRET: gatewaySecret };
        const pod = startProgram(process.execPath, ["index.mjs"], {
          cwd,
          environment: { ...own, ...environment },
        });
        const origin = `http://127.0.0.1:${port}`;
        await until(async () => {
          const reply = await fetch(`${origin}/.faasade/health`).catch(() => undefined);
          return reply?.ok === true ? true : undefined;
        });
        return served(origin, () => pod.stop("SIGKILL"), { "x-faasade-gateway": gatewaySecret });
      },
    },
  ],
  [
    "inside AWS's emulator",
    {
      target: "aws-lambda",
      packaging: "image",
      parts: ["npm", "python"],
      store: inS3,
      async start(folder, environment) {
        const options = { folder, handler: "index.handler", timeoutSeconds: 30, environment };
        const lambda = await startLambdaEmulator(options);
        const way = httpWays[0] as HttpWay;
        const caller = "arn:aws:iam::1:user/operator";
        return {
          async ask(request) {
            const headers = request.body === undefined ? [] : ([["content-type", "image/jpeg"]] as const);
            const { payload } = await lambda.invoke(way.encode({ ...request, path, headers, caller }));
            const reply = way.decode({ value: JSON.parse(String(payload)) });
            return [reply.status, Buffer.from(reply.body)];
          },
          stop: () => lambda.stop("SIGKILL"),
        };
      },
    },
  ],
];

describe.each(paths)("a photo that is taken %s", (_, { target, packaging, parts, store, start }) => {
  describeInside("and stored", parts, () => {
    it("is there, byte for byte, and given back", async () => {
      const photo = await readFile(sample);
      const [built, kept] = await Promise.all([buildFolders("image-conversion", target, packaging), store()]);
      try {
        const app = await start(await built.artefact("image-conversion"), {
          ...ofEvery,
          ...kept.environment,
        });
        try {
          const [status, said] = await app.ask({ method: "PUT", body: photo });
          expect([status, status === 201 ? "" : String(said)]).toEqual([201, ""]);
          expect(photo.equals(await kept.get(key))).toBe(true);
          const [found, given] = await app.ask({ method: "GET" });
          expect([found, photo.equals(given)]).toEqual([200, true]);
        } finally {
          await app.stop();
        }
      } finally {
        await Promise.all([built.remove(), kept.stop()]);
      }
    }, 240_000);
  });
});
