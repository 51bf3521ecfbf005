// One request to the REST API. Service Bus makes a property of every header that it does not know, so no other travels
// along: fetch would add its own.
import { type ClientRequestArgs, Agent as HttpAgent, request as requestHttp } from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import { text } from "node:stream/consumers";

export interface Reply {
  readonly status: number;
  /** Seconds after which the service wants to be asked again. */
  readonly retryAfter: number | undefined;
  readonly body: string;
}

export class Exchange {
  readonly #origin: URL;
  readonly #agent: HttpAgent;

  constructor(origin: string) {
    this.#origin = new URL(origin);
    const options = { keepAlive: true };
    this.#agent = this.#origin.protocol === "https:" ? new HttpsAgent(options) : new HttpAgent(options);
  }

  /** @throws {Error} when there is no answer within `milliseconds`. */
  post(
    path: string,
    headers: Readonly<Record<string, string>>,
    body: Uint8Array,
    milliseconds: number,
  ): Promise<Reply> {
    const options: ClientRequestArgs = {
      method: "POST",
      agent: this.#agent,
      headers: { ...headers, "content-length": body.length },
      signal: AbortSignal.timeout(milliseconds),
    };
    const start = this.#origin.protocol === "https:" ? requestHttps : requestHttp;
    return new Promise((resolve, reject) => {
      const request = start(new URL(path, this.#origin), options);
      request.once("error", reject);
      request.once("response", (response) => {
        const after = Number(response.headers["retry-after"]);
        const retryAfter = Number.isFinite(after) ? after : undefined;
        text(response).then(
          (said) => resolve({ status: response.statusCode ?? 0, retryAfter, body: said }),
          reject,
        );
      });
      request.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
