// Stands before an SQS server and refuses single messages of a batch, as SQS may: the request as a whole succeeds.
import { once } from "node:events";
import { createServer } from "node:http";

export interface FailingSqs {
  readonly endpoint: string;
  /** Answers for the message with this id that it was not taken, and does not pass it on. */
  refuse(id: string, how: { readonly times: number; readonly senderFault: boolean }): void;
  stop(): Promise<void>;
}

interface Batch {
  Entries?: { Id: string; MessageAttributes: { id: { StringValue: string } } }[];
}

export async function failSome(target: string): Promise<FailingSqs> {
  const refusals = new Map<string, { times: number; senderFault: boolean }>();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = JSON.parse(Buffer.concat(chunks).toString()) as Batch;
    const isBatch = request.headers["x-amz-target"] === "AmazonSQS.SendMessageBatch";
    const failed = (isBatch ? (body.Entries ?? []) : []).flatMap(({ Id, MessageAttributes }) => {
      const refusal = refusals.get(MessageAttributes.id.StringValue);
      if (refusal === undefined || refusal.times === 0) return [];
      refusal.times -= 1;
      return [{ Id, Code: "InternalError", Message: "not now", SenderFault: refusal.senderFault }];
    });
    const refused = new Set(failed.map(({ Id }) => Id));
    if (isBatch) body.Entries = body.Entries?.filter(({ Id }) => !refused.has(Id)) ?? [];
    const headers = { ...(request.headers as Record<string, string>) };
    for (const name of ["content-length", "connection", "host", "transfer-encoding"]) delete headers[name];
    const isEmpty = isBatch && body.Entries?.length === 0;
    const reply = isEmpty
      ? undefined
      : await fetch(target + request.url, { method: "POST", headers, body: JSON.stringify(body) });
    const answer = (await (reply?.json() ?? { Successful: [] })) as { Failed?: object[] };
    const whole = isBatch ? { ...answer, Failed: [...(answer.Failed ?? []), ...failed] } : answer;
    response.writeHead(reply?.status ?? 200, { "content-type": "application/x-amz-json-1.0" });
    response.end(JSON.stringify(whole));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  return {
    endpoint: `http://127.0.0.1:${port}`,
    refuse: (id, how) => void refusals.set(id, { ...how }),
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
