// Needs apps/image-conversion.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { open as openStore } from "@faasade/connectors/object-store/s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findPostgres, notProved } from "../../../../tools/not-proved.ts";
import { useTestCredentials } from "../../../connectors/test/object-store/s3-servers.ts";
import {
  missingPostgres,
  type PostgresServer,
  startPostgres,
} from "../../../connectors/test/sql/postgres-server.ts";
import { notify, recordOf, secret } from "../kubernetes/notify.ts";
import { type Built, buildFolders } from "./built.ts";
import { freePort, type Program, startProgram, until } from "./program.ts";
import { type S3, startS3 } from "./s3.ts";

const sample = fileURLToPath(
  new URL("../../../../apps/image-conversion/samples/coffee.jpg", import.meta.url),
);
const postgres = findPostgres();

if (postgres === undefined) {
  notProved("pictures on Kubernetes", ...missingPostgres);
  it("has no database to run on, which is noted", () => expect(postgres).toBeUndefined());
} else
  describe("pictures on Kubernetes", () => {
    let built: Built;
    let s3: S3;
    let server: PostgresServer;
    const pods: Program[] = [];
    beforeAll(async () => {
      [s3, server, built] = await Promise.all([
        startS3("photos", "renditions"),
        startPostgres(postgres),
        buildFolders("image-conversion", "kubernetes", "image"),
      ]);
    }, 240_000);
    afterAll(async () => {
      await Promise.all(pods.map((pod) => pod.stop("SIGKILL")));
      await Promise.all([built.remove(), s3.stop(), server.stop()]);
    }, 60_000);

    /** The container of a pod as its image starts it. */
    async function startPod(role: string, environment: Readonly<Record<string, string>>): Promise<string> {
      const port = await freePort();
      const cwd = await built.artefact("image-conversion");
      const own = { PORT: String(port), FAASADE_SERVE: role, ...environment };
      pods.push(startProgram(process.execPath, ["index.mjs"], { cwd, environment: own }));
      const origin = `http://127.0.0.1:${port}`;
      await until(async () => {
        const reply = await fetch(`${origin}/.faasade/health`).catch(() => undefined);
        return reply?.ok === true ? true : undefined;
      });
      return origin;
    }

    it("makes the renditions of a photo that the intake was told of, from the queue in Postgres", async () => {
      useTestCredentials();
      const deliveries = new URL(await server.newDatabase());
      // The password is a secret of its own.
      const password = { PGPASSWORD: deliveries.password };
      deliveries.password = "";
      const places = { PHOTOS_URL: s3.url("photos"), DELIVERIES_URL: deliveries.href, ...password };
      const origin = await startPod("intake", { FAASADE_INTAKE_SECRET: secret, ...places });
      const photo = await readFile(sample);
      await openStore(s3.url("photos")).put("a b/ü+.jpg", photo, { contentType: "image/jpeg" });
      const bucket = { name: "photos" };
      const told = recordOf({ bucket, object: { key: "a+b/%C3%BC%2B.jpg", sequencer: "1" } });
      expect((await notify({ origin }, { Records: [told] })).status).toBe(204);
      await startPod("consume", {
        ...places,
        RENDITIONS_URL: s3.url("renditions"),
        AWS_ACCESS_KEY_ID: "none",
        AWS_SECRET_ACCESS_KEY: "none",
      });
      await until(async () => {
        const keys = await s3.keys("renditions");
        return keys.some((key) => key.startsWith("manifests/")) ? true : undefined;
      });
    }, 120_000);
  });
