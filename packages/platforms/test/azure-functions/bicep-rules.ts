// What the compiler of Bicep and the Resource Manager refuse, as far as a file that was read tells.
import { expect } from "vitest";
import { type BicepFile, mentioned } from "./read-bicep.ts";

export function checkRules(bicep: BicepFile): void {
  checkMentions(bicep);
  checkOrder(bicep);
  for (const { symbol, type, body } of bicep.resources) {
    const name = /^ {2}name: (.*)$/m.exec(body)?.[1] ?? "";
    checkName(symbol, type, outcomeOf(bicep, name));
  }
}

/** What is mentioned is declared; defaults of parameters know parameters alone (BCP072). */
export function checkMentions({ parameters, variables, resources, outputs }: BicepFile): void {
  const symbols = resources.map(({ symbol }) => symbol);
  const declared = new Set([...parameters.keys(), ...variables.keys(), ...symbols]);
  const texts = [
    ...variables.values(),
    ...outputs.values(),
    ...resources.map((one) => `${one.condition ?? ""} ${one.body}`),
  ];
  for (const text of texts) for (const name of mentioned(text)) expect(declared, text).toContain(name);
  for (const [name, { default: usual = "" }] of parameters)
    for (const one of mentioned(usual)) expect([...parameters.keys()], `default of ${name}`).toContain(one);
}

/** Nothing waits for itself, on whatever way (BCP080). */
function checkOrder({ variables, resources }: BicepFile): void {
  const needs = new Map<string, readonly string[]>([
    ...[...variables].map(([name, text]) => [name, mentioned(text)] as const),
    ...resources.map((one) => [one.symbol, mentioned(`${one.condition ?? ""} ${one.body}`)] as const),
  ]);
  const done = new Set<string>();
  const visit = (symbol: string, way: readonly string[]): void => {
    expect(way, `circular: ${[...way, symbol].join(" → ")}`).not.toContain(symbol);
    if (done.has(symbol)) return;
    for (const next of needs.get(symbol) ?? []) visit(next, [...way, symbol]);
    done.add(symbol);
  };
  for (const symbol of needs.keys()) visit(symbol, []);
}

/** https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules */
const names: Readonly<Record<string, RegExp>> = {
  "Microsoft.Authorization/roleAssignments": /^.{36}$/,
  "Microsoft.EventGrid/systemTopics": /^[A-Za-z0-9-]{3,50}$/,
  "Microsoft.EventGrid/systemTopics/eventSubscriptions": /^[A-Za-z0-9-]{3,64}$/,
  "Microsoft.EventHub/namespaces": /^[A-Za-z][A-Za-z0-9-]{4,48}[A-Za-z0-9]$/,
  "Microsoft.EventHub/namespaces/eventhubs": /^[A-Za-z0-9]([\w.-]{0,254}[A-Za-z0-9])?$/,
  "Microsoft.EventHub/namespaces/eventhubs/consumergroups": /^[A-Za-z0-9]([\w.-]{0,48}[A-Za-z0-9])?$/,
  "Microsoft.Insights/components": /^[^%&\\?/]{1,260}$/,
  "Microsoft.KeyVault/vaults/secrets": /^[A-Za-z0-9-]{1,127}$/,
  "Microsoft.OperationalInsights/workspaces": /^[A-Za-z0-9][A-Za-z0-9-]{2,61}[A-Za-z0-9]$/,
  "Microsoft.ServiceBus/namespaces": /^[A-Za-z][A-Za-z0-9-]{4,48}[A-Za-z0-9]$/,
  "Microsoft.ServiceBus/namespaces/queues": /^[A-Za-z0-9]([\w./-]{0,258}[A-Za-z0-9])?$/,
  "Microsoft.ServiceBus/namespaces/topics": /^[A-Za-z0-9]([\w./-]{0,258}[A-Za-z0-9])?$/,
  "Microsoft.ServiceBus/namespaces/topics/subscriptions": /^[A-Za-z0-9]([\w.-]{0,48}[A-Za-z0-9])?$/,
  "Microsoft.Storage/storageAccounts": /^[a-z0-9]{3,24}$/,
  "Microsoft.Storage/storageAccounts/blobServices": /^default$/,
  "Microsoft.Storage/storageAccounts/blobServices/containers": /^(?!.*--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/,
  "Microsoft.Storage/storageAccounts/queueServices": /^default$/,
  "Microsoft.Storage/storageAccounts/queueServices/queues": /^(?!.*--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/,
  "Microsoft.Web/serverfarms": /^[A-Za-z0-9-]{1,60}$/,
  "Microsoft.Web/sites": /^[A-Za-z0-9][A-Za-z0-9-]{0,58}[A-Za-z0-9]$/,
  "Microsoft.Web/sites/config": /^authsettingsV2$/,
};

/** @param name undefined where the operator says what it is. */
function checkName(symbol: string, type: string, name: string | undefined): void {
  if (name === undefined) return;
  const [path = ""] = type.split("@");
  expect(Object.keys(names), symbol).toContain(path);
  expect(name, symbol).toMatch(names[path] as RegExp);
}

/** An expression as it comes out where nothing is given; undefined where the operator says. */
function outcomeOf(bicep: BicepFile, text: string): string | undefined {
  const expression = text.trim().replace(/^= /, "");
  const [, chosen] = /^empty\(\w+\) \? (.+) : \w+$/.exec(expression) ?? [];
  if (chosen !== undefined) return outcomeOf(bicep, chosen);
  if (expression.startsWith("guid(")) return "0".repeat(36);
  // Thirteen small letters and digits.
  if (expression.startsWith("uniqueString(")) return "0".repeat(13);
  if (expression.startsWith("'")) return textOf(bicep, expression.slice(1, -1));
  const [symbol = "", property] = expression.split(".");
  const variable = bicep.variables.get(symbol);
  if (variable !== undefined) return outcomeOf(bicep, variable);
  // BCP120: before anything is there, only names and ids are known.
  const resource = bicep.resources.find((one) => one.symbol === symbol);
  if (resource === undefined) return undefined;
  expect(["name", "id"], expression).toContain(property);
  return outcomeOf(bicep, /^ {2}name: (.*)$/m.exec(resource.body)?.[1] ?? "");
}

function textOf(bicep: BicepFile, text: string): string | undefined {
  const parts = text.split(/\$\{([^}]*)\}/);
  const values = parts.map((part, at) => (at % 2 === 0 ? part : outcomeOf(bicep, part)));
  return values.every((one) => one !== undefined) ? values.join("") : undefined;
}
