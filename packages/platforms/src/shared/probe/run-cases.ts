// Asks what answers at a URL, case by case, and keeps what came back.
import { type HttpCase, type HttpDifferences, httpCases } from "./cases.ts";
import type { ClientReply, Send } from "./client.ts";

export interface CaseOutcome {
  readonly title: string;
  readonly ok: boolean;
  readonly status?: number;
  readonly milliseconds: number;
  readonly reason?: string;
  /** What came back, as it came; of text up to 2,000 characters. */
  readonly captured?: { readonly headers: ClientReply["headers"]; readonly text: string };
}

/** One after the other: a stage that wakes up is asked for nothing else meanwhile. */
export async function* runCases(
  send: Send,
  differences: HttpDifferences,
  cases: readonly HttpCase[] = httpCases,
): AsyncGenerator<CaseOutcome> {
  for (const { title, request, check } of cases) {
    const startedAt = performance.now();
    const milliseconds = (): number => Math.round(performance.now() - startedAt);
    let reply: ClientReply | undefined;
    try {
      reply = await send(request);
      check(reply, differences);
      yield { title, ok: true, milliseconds: milliseconds(), ...told(reply) };
    } catch (error) {
      const { message } = error as Error;
      yield { title, ok: false, reason: message, milliseconds: milliseconds(), ...told(reply) };
    }
  }
}

function told(reply: ClientReply | undefined): Pick<CaseOutcome, "status" | "captured"> {
  if (reply === undefined) return {};
  return {
    status: reply.status,
    captured: { headers: reply.headers, text: Buffer.from(reply.body).toString("utf8").slice(0, 2000) },
  };
}
