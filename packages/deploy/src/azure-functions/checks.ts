// What a deployment to Azure needs on this machine and in the subscription, each missing thing with its fix.
import { tryTool } from "../shared/tool.ts";
import type { Place, TargetCheck } from "../target.ts";
import { azAt, defaultLocation } from "./az.ts";
import { knownErrors } from "./errors.ts";

export async function checks(place: Place): Promise<readonly TargetCheck[]> {
  const az = azAt({ name: "" }, place);
  const version = await answers("az", ["version", "--query", '"azure-cli"', "--output", "tsv"]);
  if (version === undefined)
    return [
      {
        name: "az",
        state: "wrong",
        detail: "not installed",
        fix: "Install the Azure CLI: https://learn.microsoft.com/cli/azure/install-azure-cli",
      },
    ];
  const account = await az
    .json<{ readonly name?: string; readonly id?: string; readonly user?: { readonly name?: string } }>(
      ["account", "show"],
      { to: "ask who is signed in" },
    )
    .catch((error: Error) => error);
  const func = await answers("func", ["--version"]);
  const bicep = await answers("az", ["bicep", "version"]);
  return [
    { name: "az", state: "ok", detail: version },
    account instanceof Error
      ? { name: "Credentials", state: "wrong", detail: account.message, fix: "Sign in: az login" }
      : { name: "Credentials", state: "ok", detail: account.user?.name ?? "" },
    ...(account instanceof Error
      ? []
      : [{ name: "Subscription", state: "ok", detail: `${account.name} (${account.id})` } as const]),
    { name: "Location", state: "ok", detail: place["location"] ?? defaultLocation },
    bicep === undefined
      ? { name: "Bicep", state: "wrong", detail: "not installed", fix: "Install it: az bicep install" }
      : { name: "Bicep", state: "ok", detail: bicep },
    func === undefined
      ? {
          name: "func",
          state: "wrong",
          detail: "not installed",
          fix: "Install it: npm install --global azure-functions-core-tools@4",
        }
      : { name: "func", state: "ok", detail: func },
  ];
}

async function answers(tool: string, args: readonly string[]): Promise<string | undefined> {
  try {
    const { ok, stdout } = await tryTool(tool, args, { to: `ask ${tool}` }, knownErrors);
    return ok ? stdout.trim().split("\n")[0] : undefined;
  } catch {
    return undefined;
  }
}
