// Asks what answers at a URL, case by case, and keeps what came back.
import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { type HttpCase, type HttpDifferences, httpCases } from "./cases.ts";
import type { ClientReply, Send } from "./client.ts";
import { type EventCase, type EventKind, eventCases, type ProbeStage } from "./event-cases.ts";

export interface CaseOutcome {
  readonly kind: "http" | EventKind;
  readonly title: string;
  readonly ok: boolean;
  readonly status?: number;
  readonly milliseconds: number;
  readonly reason?: string;
  /** What came back, as it came; of text up to 2,000 characters. */
  readonly captured?: { readonly headers: ClientReply["headers"]; readonly text: string };
  /** What is found in whatever the platform handed over on behalf of this case. */
  readonly mark: string;
}

/** Says which case a request is of. */
const markHeader = "x-probe-mark";
const pollMilliseconds = 1000;

/** One after the other: a stage that wakes up is asked for nothing else meanwhile. */
export async function* runCases(
  send: Send,
  differences: HttpDifferences,
  cases: readonly HttpCase[] = httpCases,
): AsyncGenerator<CaseOutcome> {
  for (const { title, request, check } of cases) {
    const startedAt = performance.now();
    const milliseconds = (): number => Math.round(performance.now() - startedAt);
    const mark = newMark("request");
    let reply: ClientReply | undefined;
    try {
      reply = await send({ ...request, headers: [...(request.headers ?? []), [markHeader, mark]] });
      check(reply, differences);
      yield { kind: "http", title, ok: true, milliseconds: milliseconds(), mark, ...told(reply) };
    } catch (error) {
      const { message: reason } = error as Error;
      yield { kind: "http", title, ok: false, reason, milliseconds: milliseconds(), mark, ...told(reply) };
    }
  }
}

/** All begin at once: what a platform delivers again, it does after minutes. */
export async function* runEventCases(
  stage: ProbeStage,
  kinds: ReadonlySet<EventKind>,
  cases: readonly EventCase[] = eventCases,
): AsyncGenerator<CaseOutcome> {
  const startedAt = performance.now();
  const begun = cases
    .filter(({ kind }) => kinds.has(kind))
    .map((one) => {
      const mark = newMark(one.mark);
      const begin = one.begin(stage, mark).then(
        () => undefined,
        (error: Error) => error,
      );
      return { one, mark, begin };
    });
  for (const { one, mark, begin } of begun) {
    const { kind, title, seconds } = one;
    const reason = (await begin)?.message ?? (await endOf(one, stage, mark, startedAt + seconds * 1000));
    const milliseconds = Math.round(performance.now() - startedAt);
    const said = { kind, title, milliseconds, mark: kind === "schedule" ? "tick" : mark };
    yield reason === undefined ? { ...said, ok: true } : { ...said, ok: false, reason };
  }
}

/** @returns why it does not hold. */
async function endOf(
  { look, seconds }: EventCase,
  stage: ProbeStage,
  mark: string,
  deadline: number,
): Promise<string | undefined> {
  try {
    while (!(await look(stage, mark))) {
      if (performance.now() > deadline) return `nothing of it was seen within ${seconds} s`;
      await pause(pollMilliseconds);
    }
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function newMark(kind: string): string {
  return `${kind}-${randomBytes(6).toString("hex")}`;
}

function told(reply: ClientReply | undefined): Pick<CaseOutcome, "status" | "captured"> {
  if (reply === undefined) return {};
  return {
    status: reply.status,
    captured: { headers: reply.headers, text: Buffer.from(reply.body).toString("utf8").slice(0, 2000) },
  };
}
