// What has to be there before anything is deployed to a cluster: each missing thing with what would help.
import type { Place, TargetCheck } from "../target.ts";
import type { Kubectl } from "./kubectl.ts";

/** By platform, the API groups it wants, and what brings them. */
const wanted: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  kubernetes: {},
  knative: {
    "serving.knative.dev": "Knative Serving",
    "eventing.knative.dev": "Knative Eventing",
    "sources.knative.dev": "Knative Eventing's sources",
  },
};
/** For `preStop.sleep`, and for kustomize as it is used here. */
const leastMinor = { server: 34, client: 30 } as const;
const upFix = "npm run faasade -- cluster up makes a local cluster with all of it";

export async function checksOf(
  kubectl: Kubectl,
  platform: string,
  { registry, kind, namespace }: Place,
): Promise<TargetCheck[]> {
  const checks: TargetCheck[] = [];
  const where = namespace === undefined ? [] : [`--namespace=${namespace}`];
  const ask = async (
    name: string,
    args: readonly string[],
    read: (text: string) => Omit<TargetCheck, "name">,
  ) => {
    try {
      checks.push({ name, ...read(await kubectl.run(args, { to: `ask ${name}`, longest: 20 })) });
      return true;
    } catch (error) {
      checks.push({ name, state: "wrong", ...sentences((error as Error).message) });
      return false;
    }
  };
  const isThere = await ask("kubectl", ["version", "--client", "-o=json"], (text) =>
    versionCheck(JSON.parse(text).clientVersion, leastMinor.client, "kubectl"),
  );
  if (!isThere) return checks;
  const answers = await ask("cluster", ["version", "-o=json"], (text) =>
    versionCheck(JSON.parse(text).serverVersion, leastMinor.server, "the cluster"),
  );
  if (!answers) return checks;
  await ask("permission", ["auth", "can-i", "create", "deployments.apps", ...where], () => ({
    state: "ok",
    detail: "may create deployments",
  }));
  const groups = wanted[platform] ?? {};
  if (Object.keys(groups).length > 0) {
    const text = await kubectl.run(["api-versions"], {
      to: "ask which kinds the cluster knows",
      longest: 20,
    });
    for (const [group, title] of Object.entries(groups)) {
      const found = text.split("\n").find((line) => line.startsWith(`${group}/`));
      if (found === undefined)
        checks.push({ name: title, state: "missing", detail: `the cluster has no ${group}`, fix: upFix });
      else checks.push({ name: title, state: "ok", detail: found });
    }
  }
  checks.push(imagesCheck(registry, kind));
  return checks;
}

function versionCheck(
  { gitVersion = "", minor = "" }: { readonly gitVersion?: string; readonly minor?: string } = {},
  least: number,
  what: string,
): Omit<TargetCheck, "name"> {
  const number = Number.parseInt(minor || (/^v\d+\.(\d+)/.exec(gitVersion)?.[1] ?? ""), 10);
  if (number >= least) return { state: "ok", detail: gitVersion };
  return { state: "wrong", detail: gitVersion, fix: `Bring ${what} to 1.${least} or newer.` };
}

function imagesCheck(registry: string | undefined, kind: string | undefined): TargetCheck {
  const place = kind === undefined ? registry : `the cluster ${kind} of kind, without a registry`;
  if (place !== undefined) return { name: "images", state: "ok", detail: place };
  return {
    name: "images",
    state: "missing",
    detail: "nothing says where images go",
    fix: "Say --place registry=<host>/<path> (or FAASADE_REGISTRY), or --place kind=<cluster>.",
  };
}

/** What is wrong, and what would help, of a message that says both. */
function sentences(message: string): { detail: string; fix?: string } {
  const end = message.indexOf(". ");
  return end < 0 ? { detail: message } : { detail: message.slice(0, end), fix: message.slice(end + 2) };
}
