// What the answers of Service Bus mean to a function, and to the operator who can mend them.
import { FunctionError } from "@faasade/core";
import type { Reply } from "./exchange.ts";
import { connectionVariable, describeTarget, type ServiceBusTarget } from "./target.ts";

/** An answer that is no success. */
export class ServiceBusError extends Error {
  override readonly name = "ServiceBusError";
  readonly status: number;

  constructor({ status, body }: Reply) {
    const [, detail] = /<Detail>([^<]*)<\/Detail>/.exec(body) ?? [];
    super((detail ?? body).slice(0, 300).trim() || `it answers ${status}`);
    this.status = status;
  }
}

const noTopic = "there is no such topic. Create it, or change the URL.";
const noAccess = "access was refused. Its identity needs the role Azure Service Bus Data Sender.";
const byStatus: Readonly<Record<number, string>> = {
  401: noAccess,
  404: noTopic,
  410: noTopic,
};

/** @param target where it was sent to */
export function explainSending(thrown: unknown, target: ServiceBusTarget): FunctionError {
  if (thrown instanceof FunctionError) return thrown;
  const { name, message = String(thrown) } = thrown as { name?: string; message?: string };
  const because = (why: string, code: "unavailable" | "too_large" = "unavailable"): FunctionError =>
    new FunctionError(code, `Cannot send to ${describeTarget(target)}: ${why}`, { cause: thrown });
  if (name === "CredentialUnavailableError" || name === "AggregateAuthenticationError")
    return because(
      `there are no credentials. Give the app an identity, or set ${connectionVariable} from a secret.`,
    );
  if (!(thrown instanceof ServiceBusError)) return because(`${message}.`);
  const { status } = thrown;
  if (status === 413) return because(`the message is too large (${message}).`, "too_large");
  const known = byStatus[status];
  return because(known === undefined ? `${message} (${status})` : `${known} It says: ${message}`);
}
