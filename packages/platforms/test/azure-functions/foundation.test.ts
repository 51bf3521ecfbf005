// infra/azure: what stands before any app, read as far as the templates of apps are, as there is no compiler of Bicep here.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { roles } from "../../src/azure-functions/manifest/roles.ts";
import { checkMentions } from "./bicep-rules.ts";
import { readBicep } from "./read-bicep.ts";

const text = readFileSync(join(import.meta.dirname, "../../../../infra/azure/main.bicep"), "utf8");

describe("infra/azure", () => {
  it("declares what it mentions, and grants nobody anything unless it is asked to", () => {
    const bicep = readBicep(text);
    checkMentions(bicep);
    const types = bicep.resources.map(
      ({ type, condition }) => `${type.split("@")[0]} ${condition ?? "always"}`,
    );
    expect(types.filter((one) => one.endsWith("always"))).toEqual(["Microsoft.KeyVault/vaults always"]);
    for (const { parameters } of [bicep])
      expect([...parameters].filter(([, { default: usual }]) => usual === undefined)).toEqual([]);
  });

  it("lets one repository's environment in, by no key", () => {
    expect(text).toMatch(/subject: 'repo:\$\{githubRepository\}:environment:\$\{githubEnvironment\}'/);
    expect(text).not.toMatch(/listKeys|password|accessPolicies/i);
  });

  it("lets the deployer grant the roles that templates use, and no other", () => {
    const granted = /RoleDefinitionId\] ForAnyOfAnyValues:GuidEquals \{([^}]*)\}/
      .exec(text)?.[1]
      ?.split(", ");
    expect(granted?.toSorted()).toEqual(Object.values(roles).toSorted());
  });

  it("lets the deployer see and make the vault's secrets, which a deployment does", () => {
    const onVault = readBicep(text).resources.filter(({ body }) => /^ *scope: vault$/m.test(body));
    expect(onVault.map(({ symbol }) => symbol)).toEqual(["operatorStoresSecrets", "deployerStoresSecrets"]);
  });
});
