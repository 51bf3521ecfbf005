// Where each resource is: created with the app, one that exists, or somewhere that the operator names.
import { toVariable, urlVariable } from "@faasade/core/adapter";
import { isForeign, resourceOf } from "../../shared/manifest/deployment.ts";
import { type Account, foreignAccount, ownAccount } from "./accounts.ts";
import { type Expression, expression, interpolate, type Value } from "./bicep.ts";
import { type Driver, drivers, type Named } from "./drivers.ts";
import { plain, symbol } from "./names.ts";
import type { Plan } from "./plan.ts";
import { refused } from "./refusal.ts";

export interface Place {
  readonly account: Account;
  /** What a role is given on. */
  readonly symbol: string;
  readonly created?: string;
  /** Its own name. */
  readonly name: Expression;
}

/** Their data lives beside the process, and an instance has nothing beside it that stays. */
const localDrivers = new Set(["file", "pglite"]);

/**
 * Where a resource is, written into the app's settings; undefined where Azure has no say in who may use it.
 * @throws {ManifestRefusal} for a driver that cannot work there.
 */
export function placeOf(plan: Plan, named: Named): Place | undefined {
  const { kind, name, driver } = resourceOf(plan, named);
  if (localDrivers.has(driver)) {
    const user = plan.functions.find(({ grants }) =>
      grants.some((one) => one.kind === kind && one.name === name),
    );
    throw refused(
      user?.name,
      `its ${kind} ${name} is built with the ${driver} driver, and what that writes is gone with the process`,
      `Build it with another driver for ${name}`,
    );
  }
  const found = drivers[driver];
  if (found === undefined) {
    placeElsewhere(plan, named, driver);
    return undefined;
  }
  const place = isForeign(plan, name) ? foreignPlace(plan, named, found) : ownPlace(plan, named, found);
  const { settings } = plan;
  const variable = toVariable(name);
  settings.set(urlVariable(name), interpolate`${driver}://${place.account.name}/${place.name}`);
  if (found.connection === undefined) return place;
  settings.set(`${variable}_NAME`, place.name);
  const [field, value] = found.connection(place.account.name);
  settings.set(`${variable}__${field}`, value);
  return place;
}

function ownPlace(plan: Plan, named: Named, driver: Driver): Place {
  const account = ownAccount(plan, driver.account);
  const own = plain(named.name.slice(named.name.indexOf("/") + 1), 50);
  const id = entityOf(plan, { account, named, driver, name: own });
  const created = `${id}Created`;
  const type = driver.type(named.kind);
  const parent = withinOf(plan, { account, driver, isCreated: true });
  const properties = driver.properties(plan, named);
  plan.template.resource(
    created,
    type,
    {
      parent: expression(parent),
      name: own,
      ...(Object.keys(properties).length === 0 ? {} : { properties }),
    },
    { when: account.when as string },
  );
  return { account, symbol: id, created, name: expression(`${id}.name`) };
}

function foreignPlace(plan: Plan, named: Named, driver: Driver): Place {
  const account = foreignAccount(plan, driver.account, named.name);
  const parameter = plan.template.parameter(symbol(named.name, "EntityName"), {
    type: "string",
    description: `The ${driver.what} of ${named.name} there.`,
    minLength: 1,
  });
  const id = entityOf(plan, { account, named, driver, name: parameter });
  return { account, symbol: id, name: parameter };
}

interface Entity {
  readonly account: Account;
  readonly named: Named;
  readonly driver: Driver;
  readonly name: Value;
}

/** The symbol by which what exists then is referred to. */
function entityOf(plan: Plan, { account, named, driver, name }: Entity): string {
  const id = symbol(
    named.name,
    named.kind === "object-store" ? "Store" : named.kind === "queue" ? "Queue" : "Topic",
  );
  const parent = withinOf(plan, { account, driver, isCreated: false });
  plan.template.existing(id, driver.type(named.kind), { parent: expression(parent), name });
  return id;
}

/** The service within a storage account, or the namespace itself. */
function withinOf(
  { template }: Plan,
  { account, driver, isCreated }: Pick<Entity, "account" | "driver"> & { readonly isCreated: boolean },
): string {
  const parent = isCreated ? (account.created as string) : account.symbol;
  const { within } = driver;
  if (within === undefined) return parent;
  const id = `${parent}${within.symbol}`;
  const body = { parent: expression(parent), name: "default" };
  if (isCreated) template.resource(id, within.type, body, { when: account.when as string });
  else template.existing(id, within.type, body);
  return id;
}

function placeElsewhere(plan: Plan, { kind, name }: Named, driver: string): void {
  const variable = urlVariable(name);
  const keyed = kind === "function" ? ", with its key as ?code=" : "";
  const url = plan.template.parameter(symbol(name, "Url"), {
    type: "string",
    description: `${variable}: where the ${kind} ${name} is${keyed}.`,
    minLength: 1,
    isSecure: true,
  });
  plan.settings.set(variable, url);
  if (driver !== "iot-hub") return;
  const own = toVariable(name);
  plan.settings.set(own, iotConnection(plan, name));
  plan.settings.set(
    `${own}_NAME`,
    plan.template.parameter(symbol(name, "HubName"), {
      type: "string",
      description: `The Event Hub-compatible name of the IoT hub that ${name} comes from.`,
      minLength: 1,
    }),
  );
}

/** The built-in endpoint of an IoT hub takes no identity, but a key. */
function iotConnection({ template }: Plan, name: string): Expression {
  return template.parameter(symbol(name, "HubConnection"), {
    type: "string",
    description: `The Event Hub-compatible connection string of ${name}: best a reference to a secret in Key Vault, as @Microsoft.KeyVault(...).`,
    minLength: 1,
    isSecure: true,
  });
}
