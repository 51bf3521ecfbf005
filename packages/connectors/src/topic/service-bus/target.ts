// Which topic of Service Bus a URL means, and who signs in there: the identity, or a key that the operator set.
import type { ConfigurationSource } from "@faasade/core/adapter";
import { fieldsOf } from "../../shared/azure/account.ts";

/** As Azure's Service Connector names it; as it holds a key, it is to come from a secret. */
export const connectionVariable = "AZURE_SERVICEBUS_CONNECTIONSTRING";

export interface ServiceBusTarget {
  /** Such as `acme.servicebus.windows.net`. */
  readonly host: string;
  readonly topic: string;
  /** Where requests go: the namespace, or a server of this machine that stands in for it. */
  readonly origin: string;
  /** A shared access key with its name; absent where the process's identity signs in. */
  readonly key?: { readonly name: string; readonly value: string };
}

const publicCloud = "servicebus.windows.net";
/** Nowhere else: a token would leave for a server that is not Azure's. */
const ownMachine = /^https?:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;

/** @throws {TypeError} for anything it does not understand, credentials above all. */
export function parseTarget(
  text: string,
  name: string,
  configuration: ConfigurationSource,
): ServiceBusTarget {
  const refuse = (why: string): TypeError =>
    new TypeError(`Cannot open ${name} by Service Bus: ${why}. Use service-bus://namespace/topic.`);
  if (!URL.canParse(text)) throw refuse("its URL is none");
  const { protocol, host: namespace, pathname, searchParams, username, password, hash } = new URL(text);
  if (protocol !== "service-bus:") throw refuse(`its URL begins with ${protocol}`);
  if (username + password !== "") throw refuse("its URL holds credentials");
  const unknown = [...searchParams.keys()].find((parameter) => parameter !== "endpoint");
  if (unknown !== undefined || hash !== "") throw refuse("its URL has a parameter that is not known");
  const host = (namespace.includes(".") ? namespace : `${namespace}.${publicCloud}`).toLowerCase();
  if (!/^[a-z](-?[a-z0-9])+\.servicebus(\.[a-z0-9-]+)+$/.test(host))
    throw refuse("its URL names no namespace");
  const topic = pathname.slice(1);
  if (!/^[\w.-]+(\/[\w.-]+)*$/.test(topic) || topic.length > 260) throw refuse("its URL names no topic");
  const endpoint = searchParams.get("endpoint") ?? undefined;
  if (endpoint !== undefined && !ownMachine.test(endpoint))
    throw refuse("its endpoint is no server of this machine as http://127.0.0.1:5300");
  const key = keyFor(host, configuration(connectionVariable), refuse);
  return { host, topic, origin: endpoint ?? `https://${host}`, ...(key === undefined ? {} : { key }) };
}

/** Undefined where the connection string is of another namespace: there the identity signs in. */
function keyFor(
  host: string,
  connection: string | undefined,
  refuse: (why: string) => TypeError,
): ServiceBusTarget["key"] {
  if (connection === undefined || connection === "") return undefined;
  const fields = fieldsOf(connection);
  const [endpoint, name, value] = [
    fields["Endpoint"],
    fields["SharedAccessKeyName"],
    fields["SharedAccessKey"],
  ];
  if (endpoint === undefined || !URL.canParse(endpoint) || name === undefined || value === undefined)
    throw refuse(`${connectionVariable} names no Endpoint, SharedAccessKeyName and SharedAccessKey`);
  return new URL(endpoint).hostname.toLowerCase() === host ? { name, value } : undefined;
}

/** As a message names it. */
export function describeTarget({ host, topic }: ServiceBusTarget): string {
  return `the topic ${topic} of ${host}`;
}
