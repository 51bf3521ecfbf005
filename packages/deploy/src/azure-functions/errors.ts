// What az and func say when they refuse, and what would help: the first row that fits.
import type { KnownError } from "../shared/explain.ts";

/** The more special ones first. */
export const knownErrors: readonly KnownError[] = [
  {
    said: /spawn (?:\S*[\\/])?az(?:\.cmd)? ENOENT|az: (?:command )?not found/,
    why: "the Azure CLI is not installed",
    fix: "Install it: https://learn.microsoft.com/cli/azure/install-azure-cli",
    lasting: true,
  },
  {
    said: /spawn (?:\S*[\\/])?func(?:\.cmd)? ENOENT|func: (?:command )?not found/,
    why: "the Azure Functions Core Tools are not installed",
    fix: "Install them: npm install --global azure-functions-core-tools@4",
    lasting: true,
  },
  {
    said: /Please run 'az login'|AADSTS(?:70043|700082|50078|50079|50173)|refresh token has expired|InteractionRequired/,
    why: "az is not signed in, or was so too long ago",
    fix: "Sign in: az login; in a pipeline, by a federated credential (.github/workflows/deploy.yml)",
  },
  {
    said: /AADSTS700024|client assertion[^\n]*(?:not within its valid time range|expired)|Lifetime validation failed|token is not yet valid/i,
    why: "this machine's clock and Azure's differ, or the pipeline's token is too old",
    fix: "Set this machine's clock right; in a pipeline, sign in again right before",
  },
  {
    said: /SubscriptionNotFound|subscription of '?([^'\s]+)'? doesn't exist|subscription '?([\w-]+)'? could not be found/,
    why: "there is no subscription $1$2 that this account sees",
    fix: "Choose another with --place subscription=<id>: az account list",
    lasting: true,
  },
  {
    said: /Resource group '([^']+)' could not be found/,
    why: "there is no resource group $1",
    fix: "Deploy, which makes it, or choose another with --place group=<name>",
    lasting: true,
  },
  {
    said: /LocationNotAvailableForResource(?:Type|Group)|location '([^']*)' is not available|NoRegisteredProviderFound|not (?:a )?valid location/,
    why: "the location $1 is none of Azure's, or has no Flex Consumption",
    fix: "Choose another with --place location=<location>: az functionapp list-flexconsumption-locations",
    lasting: true,
  },
  {
    said: /not registered to use namespace '([^']+)'/,
    why: "the subscription does not use $1 yet",
    fix: "Say once: az provider register --namespace $1 --wait",
  },
  {
    said: /StorageAccountAlreadyTaken|storage account named (\S+) is already taken|VaultAlreadyExists|Website with given name (\S+) already exists/,
    why: "the name $1$2 is somebody else's; such names are everybody's",
    fix: "Choose another stage, or a storage account of yours with --set dataName=<name>",
    lasting: true,
  },
  {
    said: /QuotaExceeded|SubscriptionIsOverQuotaForSku|exceed(?:s|ed|ing)[^\n]*quota/i,
    why: "a quota of the subscription leaves no room in this location",
    fix: "Ask for more (az quota), remove something, or choose another location",
  },
  {
    said: /RoleAssignmentUpdateNotPermitted|roleAssignments\/write|does not have authorization to perform action 'Microsoft\.Authorization/,
    why: "this account may not grant roles, and the app's identity needs some",
    fix: 'Have an owner give it "Role Based Access Control Administrator" on the resource group; infra/azure says how',
    lasting: true,
  },
  {
    said: /does not have authorization to perform action '([^']+)'/,
    why: "this account may not do $1",
    fix: "Have an owner give it Contributor on the resource group; infra/azure says how",
    lasting: true,
  },
  {
    said: /DeploymentActive|another (?:deployment|operation) is in progress|AnotherOperationInProgress/i,
    why: "another deployment is in progress",
    fix: "Wait for it (az deployment group list), then deploy again",
  },
  {
    said: /secret with \(name\/id\) ([\w-]+) was not found/,
    why: "the key vault has no secret $1",
    fix: "Store it (plan says how), or say --create-secrets",
    lasting: true,
  },
  {
    said: /Can't find app with name "([^"]+)"/,
    why: "the function app $1 is not there, or not known everywhere yet",
    fix: "Deploy again in a minute: what stands is left alone",
  },
  {
    said: /Error BCP\d+: ([^\n]+)/,
    why: "Bicep refuses the template: $1",
    fix: "Bring Bicep up to date: az bicep upgrade",
    lasting: true,
  },
  {
    said: /Max retries exceeded|Failed to (?:establish a new connection|resolve)|getaddrinfo|Name or service not known/,
    why: "Azure cannot be reached",
    fix: "Look at the network and the proxy",
  },
];

/** Whether it says that something is not there. */
export function saysNotFound(stderr: string): boolean {
  return /ResourceNotFound|ResourceGroupNotFound|DeploymentNotFound|could not be found|was not found|SecretNotFound|NotFound/.test(
    stderr,
  );
}
