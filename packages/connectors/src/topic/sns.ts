// Topics of SNS, to send to: AWS itself starts the functions that subscribe.
import { isUtf8 } from "node:buffer";
import type { PublishBatchRequestEntry, SNSClient } from "@aws-sdk/client-sns";
import { FunctionError } from "@faasade/core";
import type { OutgoingMessage, TopicDriver } from "./driver.ts";
import { parseTarget, type SnsTarget } from "./sns/target.ts";

const mostInRequest = 10;
/** Of all messages of a request, with their attributes. */
const mostRequestBytes = 256 << 10;
const sendTries = 3;

/** Loads no SDK and asks nobody: that happens on first use. @throws {TypeError} for a URL it does not understand. */
export function open(url: string, { name }: { readonly name: string }): TopicDriver {
  return new SnsTopic(parseTarget(url, name));
}

interface Connection {
  readonly sdk: typeof import("@aws-sdk/client-sns");
  readonly client: SNSClient;
}

class SnsTopic implements TopicDriver {
  readonly #target: SnsTarget;
  #connection: Promise<Connection> | undefined;

  constructor(target: SnsTarget) {
    this.#target = target;
  }

  async publish(messages: readonly OutgoingMessage[]): Promise<void> {
    const requests = requestsOf(messages.map(entryOf));
    try {
      for (const request of requests) await this.#send(request);
    } catch (thrown) {
      throw this.#explain(thrown);
    }
  }

  async close(): Promise<void> {
    const connection = await this.#connection?.catch(() => undefined);
    connection?.client.destroy();
  }

  /** SNS answers for each message by itself; what it did not take for reasons of its own is sent again. */
  async #send(entries: readonly PublishBatchRequestEntry[]): Promise<void> {
    this.#connection ??= this.#connect();
    const { sdk, client } = await this.#connection;
    let left = entries;
    for (let tries = 1; ; tries += 1) {
      const command = new sdk.PublishBatchCommand({
        TopicArn: this.#target.arn,
        PublishBatchRequestEntries: [...left],
      });
      const { Failed = [] } = await client.send(command);
      const [first] = Failed;
      if (first === undefined) return;
      if (tries >= sendTries || Failed.some(({ SenderFault }) => SenderFault === true))
        throw new Error(
          `${Failed.length} of ${entries.length} were not taken: ${first.Code}: ${first.Message}`,
        );
      const failed = new Set(Failed.map(({ Id }) => Id));
      left = left.filter(({ Id }) => failed.has(Id));
    }
  }

  async #connect(): Promise<Connection> {
    const sdk = await import("@aws-sdk/client-sns");
    const { region, endpoint } = this.#target;
    return { sdk, client: new sdk.SNSClient({ region, ...(endpoint === undefined ? {} : { endpoint }) }) };
  }

  #explain(thrown: unknown): FunctionError {
    const { name = "", message = String(thrown) } = thrown as { name?: string; message?: string };
    const denied = /AuthorizationError|AccessDenied/.test(name) ? " Its role needs sns:Publish." : "";
    return new FunctionError("unavailable", `Cannot send to ${this.#target.arn}: ${message}.${denied}`, {
      cause: thrown,
    });
  }
}

function entryOf({ id, body, contentType, key }: OutgoingMessage, place: number): PublishBatchRequestEntry {
  if (!isUtf8(body))
    throw new FunctionError(
      "unsupported",
      `Cannot send the message ${id}: SNS carries text, and its bytes are none.`,
    );
  const text = (StringValue: string) => ({ DataType: "String", StringValue });
  return {
    Id: String(place),
    Message: Buffer.from(body).toString("utf8"),
    MessageAttributes: {
      "content-type": text(contentType),
      ...(key === undefined || key === "" ? {} : { key: text(key) }),
    },
  };
}

function requestsOf(entries: readonly PublishBatchRequestEntry[]): PublishBatchRequestEntry[][] {
  const requests: PublishBatchRequestEntry[][] = [];
  let bytes = 0;
  for (const entry of entries) {
    const size = Buffer.byteLength(JSON.stringify(entry));
    const last = requests.at(-1);
    if (last !== undefined && last.length < mostInRequest && bytes + size <= mostRequestBytes) {
      last.push(entry);
      bytes += size;
    } else {
      requests.push([entry]);
      bytes = size;
    }
  }
  return requests;
}
