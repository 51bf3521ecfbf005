// The REST API of Pub/Sub: https://cloud.google.com/pubsub/docs/reference/rest
import { FunctionError } from "@faasade/core";
import { GoogleApi, GoogleError } from "../api.ts";
import { describeTarget, type PubSubTarget } from "./target.ts";

export class PubSubConnection extends GoogleApi {
  readonly #target: PubSubTarget;

  constructor(target: PubSubTarget) {
    super(target);
    this.#target = target;
  }

  /**
   * Says all that is wrong to the operator who can mend it.
   * @param thing such as `topics/alerts`
   * @param asked what is asked of it, and the permission that this needs
   * @param body JSON
   * @throws {FunctionError} `unavailable`
   */
  async call<Reply>(
    thing: string,
    asked: Asked,
    body: string,
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<Reply> {
    const { endpoint, project } = this.#target;
    const url = `${endpoint}/v1/projects/${encodeURIComponent(project)}/${thing}:${asked.method}`;
    const headers = { "content-type": "application/json" };
    try {
      return (await (await this.request(url, { method: "POST", headers, body, ...options })).json()) as Reply;
    } catch (error) {
      if (options.signal?.aborted === true) throw error;
      throw this.#explain(error, thing, asked);
    }
  }

  #explain(thrown: unknown, thing: string, { permission }: Asked): FunctionError {
    const { status, message = String(thrown) } = thrown as Partial<GoogleError>;
    const because = (why: string): FunctionError =>
      new FunctionError("unavailable", `Cannot use ${describeTarget(this.#target)}: ${why}`, {
        cause: thrown,
      });
    if (!(thrown instanceof GoogleError)) return because(`${message.replace(/\.$/, "")}.`);
    if (status === 404) return because(`there is no ${thing}. Create it, or change the URL.`);
    if (status === 401 || status === 403)
      return because(`access was refused (${message}). Its account needs ${permission} on ${thing}.`);
    return because(`${message} (${status}, ${permission})`);
  }
}

export interface Asked {
  readonly method: "publish" | "pull" | "acknowledge" | "modifyAckDeadline";
  readonly permission: "pubsub.topics.publish" | "pubsub.subscriptions.consume";
}
