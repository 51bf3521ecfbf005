// What a deployment to Google Cloud needs on this machine and in the project, each missing thing with its fix.
import { tryTool } from "../shared/tool.ts";
import type { Place, TargetCheck } from "../target.ts";
import { knownErrors } from "./errors.ts";
import { gcloudAt } from "./gcloud.ts";

export async function checks(place: Place): Promise<readonly TargetCheck[]> {
  const gcloud = gcloudAt(place);
  const version = await answers("gcloud", ["version", "--format=value(core)"]);
  if (version === undefined)
    return [
      {
        name: "gcloud",
        state: "wrong",
        detail: "not installed",
        fix: "Install the Google Cloud CLI: https://cloud.google.com/sdk/docs/install",
      },
    ];
  const account = await gcloud
    .run(["auth", "list", "--filter=status:ACTIVE", "--format=value(account)"], {
      to: "ask who is signed in",
    })
    .then((text) => text.trim())
    .catch(() => "");
  return [
    { name: "gcloud", state: "ok", detail: version },
    account === ""
      ? {
          name: "Credentials",
          state: "wrong",
          detail: "nobody is signed in",
          fix: "Sign in: gcloud auth login",
        }
      : { name: "Credentials", state: "ok", detail: account },
    await projectCheck(place),
    { name: "Region", state: "ok", detail: gcloud.region },
    await pushCheck(),
  ];
}

async function projectCheck(place: Place): Promise<TargetCheck> {
  const gcloud = gcloudAt(place);
  const name = "Project";
  const fix = "Say --place project=<id>, or set GOOGLE_CLOUD_PROJECT";
  if (gcloud.project === "") return { name, state: "wrong", detail: "none is chosen", fix };
  try {
    const number = await gcloud.run(
      ["projects", "describe", gcloud.project, "--format=value(projectNumber)"],
      { to: `look at the project ${gcloud.project}` },
    );
    return { name, state: "ok", detail: `${gcloud.project} (${number.trim()})` };
  } catch (error) {
    return { name, state: "wrong", detail: (error as Error).message, fix };
  }
}

async function pushCheck(): Promise<TargetCheck> {
  const name = "Push of images";
  for (const [tool, args] of [
    ["skopeo", ["--version"]],
    ["docker", ["version", "--format={{.Server.Version}}"]],
  ] as const) {
    const version = await answers(tool, args);
    if (version !== undefined) return { name, state: "ok", detail: `${tool} ${version}` };
  }
  return {
    name,
    state: "missing",
    detail: "neither skopeo nor Docker answers",
    fix: "Install skopeo (with --base <OCI layout>) or Docker; --packaging functions-framework needs neither",
  };
}

async function answers(tool: string, args: readonly string[]): Promise<string | undefined> {
  try {
    const { ok, stdout } = await tryTool(tool, args, { to: `ask ${tool}` }, knownErrors);
    return ok ? stdout.trim().split("\n")[0] : undefined;
  } catch {
    return undefined;
  }
}
