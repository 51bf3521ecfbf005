// Needs apps/hello and apps/image-conversion.
import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { type ClientRequest, type IncomingMessage, request } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { unzipSync } from "fflate";
import { afterAll, beforeAll, expect, it } from "vitest";
import { killAfterwards } from "./afterwards.ts";
import { startWebFunction } from "./aws-lambda-web.ts";
import { describeInside } from "./installed.ts";
import { startMoto } from "./moto.ts";
import { type S3, startS3 } from "./s3.ts";
import { type CloudFormationTemplate, lintTemplate } from "./sam-template.ts";

const root = fileURLToPath(new URL("../../../../", import.meta.url));
const sample = (name: string) => readFile(join(root, "apps/image-conversion/samples", name));

/** The app as one web function, built with the command and laid out as Lambda unpacks it. */
async function buildWeb(out: string, app: string, unit: "app" | "function"): Promise<string> {
  const cpu = process.arch === "arm64" ? "arm64" : "x64";
  const what = ["--target", "aws-lambda", "--packaging", "web", "--unit", unit, "--stage", unit];
  const args = [join(root, "packages/cli/src/main.ts"), "build", app, ...what, "--cpu", cpu, "--out", out];
  await promisify(execFile)(process.execPath, args, { timeout: 120_000 });
  return join(out, app, "aws-lambda");
}

async function unpack(zip: string, folder: string): Promise<void> {
  for (const [path, bytes] of Object.entries(unzipSync(await readFile(zip)))) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
}

describeInside("image-conversion as one web function, in a process started as Lambda does", [], () => {
  let out: string;
  let folder: string;
  let s3: S3;
  const start = async () =>
    killAfterwards(
      await startWebFunction({
        folder,
        environment: {
          PHOTOS_URL: s3.url("photos-bucket"),
          RENDITIONS_URL: s3.url("renditions"),
          PUBLIC_URL: "https://pictures.example.org",
          IMAGE_SIGNING_KEY: "a key of more than thirty-two characters",
        },
      }),
    );
  const jpeg = [["content-type", "image/jpeg"]] as const;
  beforeAll(async () => {
    out = await mkdtemp(join(tmpdir(), "faasade-web-"));
    s3 = await startS3("photos-bucket", "renditions");
    folder = join(out, "unpacked");
    await unpack(join(await buildWeb(out, "image-conversion", "app"), "image-conversion.zip"), folder);
  }, 180_000);
  afterAll(async () => {
    await s3.stop();
    await rm(out, { recursive: true, force: true });
  });

  it("takes a photo from whom IAM let in, byte for byte, and gives it back", async () => {
    const web = await start();
    const photo = await sample("coffee.jpg");
    const path = "/photos/a%20b/%C3%BC%2B.jpg";
    const put = { method: "PUT", path, headers: jpeg, body: photo } as const;
    expect((await web.send({ ...put, endpoint: "public" })).status).toBe(401);
    expect(await s3.keys("photos-bucket")).toEqual([]);
    expect((await web.send({ ...put, endpoint: "iam" })).status).toBe(201);
    expect(photo.equals(await s3.get("photos-bucket", "a b/ü+.jpg"))).toBe(true);
    const got = await web.send({ method: "GET", path, endpoint: "iam" });
    expect(got.status).toBe(200);
    expect(photo.equals(got.body)).toBe(true);
  }, 60_000);

  it("answers a request that is still being sent when the process is told to end, and ends", async () => {
    const web = await start();
    const sending = request({
      ...web.target,
      agent: false,
      method: "POST",
      path: "/signed-urls",
      // The answer to `Expect` tells that the function is reading. The body comes in two chunks.
      headers: {
        "content-type": "application/json",
        expect: "100-continue",
        "lambda-web-endpoint-name": "iam",
      },
    });
    const answered = answerOf(sending);
    sending.flushHeaders();
    await once(sending, "continue");
    sending.write('{"key":');
    const exit = web.stop();
    sending.end('"a b.jpg"}');
    const { status, text } = await answered;
    expect([status, JSON.parse(text).url]).toEqual([
      200,
      expect.stringMatching(/^https:\/\/pictures\.example\.org\/images\/a%20b\.jpg\?/),
    ]);
    expect(await exit).toEqual({ code: 0, signal: null });
  }, 60_000);
});

async function answerOf(sending: ClientRequest): Promise<{ status: number | undefined; text: string }> {
  const [response] = (await once(sending, "response")) as [IncomingMessage];
  let text = "";
  for await (const piece of response.setEncoding("utf8")) text += piece;
  return { status: response.statusCode, text };
}

/** What AWS Lambda alone knows; of these cfn-lint's copy of AWS's schemas is all that judges. */
const unknownToMoto = ["AWS::Lambda::WebFunction", "Policy"];

describeInside("the template of web functions", ["python"], () => {
  let out: string;
  beforeAll(async () => {
    out = await mkdtemp(join(tmpdir(), "faasade-web-"));
  });
  afterAll(() => rm(out, { recursive: true, force: true }));

  it.each([
    ["hello", "app", 1],
    ["image-conversion", "app", 1],
    ["image-conversion", "function", 7],
  ] as const)(
    "of %s, unit %s, is found in order, and all that moto knows of it becomes a stack",
    async (app, unit, count) => {
      const text = await readFile(join(await buildWeb(out, app, unit), "template.yaml"), "utf8");
      const { findings, translationFindings, translation } = await lintTemplate(text);
      expect([...findings, ...translationFindings]).toEqual([]);
      const types = Object.values(translation.Resources).map(({ Type }) => Type);
      for (const type of ["AWS::Lambda::WebFunction", "AWS::Lambda::WebFunctionRevision"])
        expect(types.filter((one) => one === type)).toHaveLength(count);
      expect(types.filter((type) => type.startsWith("AWS::Serverless::"))).toEqual([]);
      const moto = killAfterwards(await startMoto());
      const resources = await moto.createStack(`${app}-${unit}`, withCode(translation));
      expect(resources.filter(({ status }) => status !== "CREATE_COMPLETE")).toEqual([]);
      const created = new Set(resources.map(({ logicalId }) => logicalId));
      const missing = Object.entries(translation.Resources).filter(
        ([id, { Type }]) => !created.has(id) && !unknownToMoto.some((known) => Type.includes(known)),
      );
      expect(missing).toEqual([]);
    },
    180_000,
  );

  it("would be found wrong with an authentication that there is not", async () => {
    const text = await readFile(join(await buildWeb(out, "hello", "app"), "template.yaml"), "utf8");
    const { findings } = await lintTemplate(text.replace("ApplicationManaged", "Nobody"));
    expect(findings).toEqual([expect.objectContaining({ rule: "E3030" })]);
  }, 180_000);
});

/** The parameters that say where the code is have no default, and moto is given none. */
function withCode(template: CloudFormationTemplate): CloudFormationTemplate {
  const { Parameters } = template as unknown as { Parameters: Record<string, object> };
  const given = Object.entries(Parameters).map(([id, one]) => [id, { Default: "given", ...one }]);
  return { ...template, Parameters: Object.fromEntries(given) } as CloudFormationTemplate;
}
