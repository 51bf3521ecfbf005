// The commands that deploy an image, against what was built: they push what is there, and name it as the manifest does.
// Needs apps/hello.
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BuildResult, buildApp } from "@faasade/build";
import { platforms } from "@faasade/platforms";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { repository } from "./fixture.ts";
import { within } from "./within.ts";

let out: string;
beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), "faasade-next-"));
});
afterAll(() => rm(out, { recursive: true }));

interface Row {
  readonly platform: string;
  readonly packaging?: string;
  readonly unit: "app" | "function";
  /** Where an image goes, and where the manifest names it. */
  readonly place: string;
  readonly named: readonly [file: string, name: string];
  readonly last: string;
}

const rows: readonly Row[] = [
  {
    platform: "aws-lambda",
    packaging: "image",
    unit: "function",
    place: "<account>.dkr.ecr.<region>.amazonaws.com/hello-greet:dev",
    named: ["template.yaml", "GreetImageUri"],
    last: "--parameter-overrides GreetImageUri=<account>.dkr.ecr.<region>.amazonaws.com/hello-greet:dev ",
  },
  {
    platform: "google-cloud",
    unit: "app",
    place: "<region>-docker.pkg.dev/<project>/hello/hello:dev",
    named: ["deploy.sh", "HELLO_IMAGE"],
    last: "HELLO_IMAGE=<region>-docker.pkg.dev/<project>/hello/hello:dev sh deploy.sh",
  },
  ...["kubernetes", "knative"].map(
    (platform): Row => ({
      platform,
      unit: "function",
      place: "<registry>/hello-greet:dev",
      named: ["overlays/dev/kustomization.yaml", "name: hello-greet\n"],
      last: "kubectl apply -k overlays/dev",
    }),
  ),
];

async function build({ platform, packaging, unit }: Row): Promise<BuildResult> {
  const options = { root: repository, app: "hello", stage: "dev", outFolder: join(out, platform) };
  return buildApp({ ...options, platform, unit, ...(packaging === undefined ? {} : { packaging }) });
}

describe("what is next after an image was built", { timeout: 60_000 }, () => {
  it.each(rows)("is to push and name it, for $platform", async (row) => {
    const built = await build(row);
    const lines = built.next.split("\n");
    const cpu = built.system.cpu === "arm64" ? "arm64" : "amd64";
    const [artefact = ""] = built.artefacts.map(({ path }) => path);
    expect(existsSync(join(built.folder, artefact, "Dockerfile"))).toBe(true);
    expect(lines).toContain(
      `docker buildx build --platform linux/${cpu} --provenance=false --push --tag ${row.place} ${artefact}`,
    );
    const [file, name] = row.named;
    expect(await readFile(join(built.folder, file), "utf8")).toContain(name);
    expect(lines.at(-1)).toContain(row.last);
  });

  it.each(rows)("needs no daemon where the image is whole, for $platform", async (row) => {
    const platform = await platforms[row.platform as keyof typeof platforms]?.();
    const name = row.unit === "app" ? "hello" : "greet";
    const next = platform?.next({
      app: "hello",
      stage: "dev",
      packaging: row.packaging ?? Object.keys(platform.packagings)[0] ?? "",
      system: { os: "linux", cpu: "x64", libc: "glibc" },
      artefacts: [{ name, functions: ["greet"], path: `${name}/image` }],
    });
    expect(next?.split("\n")).toContain(`skopeo copy oci:${name}/image docker://${row.place}`);
    expect(next).not.toContain("docker buildx");
  });

  it("is shown a line each", async () => {
    const args = ["build", "hello", "-t", "knative", "--out", join(out, "shown")];
    const { stdout } = await within({ root: repository, data: out }, args);
    const [, next = ""] = stdout.split(/^ {2}Next +/m);
    expect(next.trim().split(/\n +/)).toEqual([
      expect.stringMatching(/^cd \S+knative$/),
      expect.stringMatching(/^docker buildx build .* <registry>\/hello:dev hello$/),
      "(cd overlays/dev && kustomize edit set image hello=<registry>/hello:dev)",
      "kubectl apply -k overlays/dev",
    ]);
  });
});
