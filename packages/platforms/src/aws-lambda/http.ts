// HTTP requests as Lambda hands them over: always answered, whatever goes wrong, because a throw is a bare 502.
import { FunctionError } from "@faasade/core";
import { type HttpDelivery, problem, toFunctionError } from "@faasade/core/adapter";
import type { Fields } from "../shared/fields.ts";
import { type Dialect, dialectOf } from "./http-dialect.ts";
import { type PlainReply, plainReply } from "./http-reply.ts";
import type { Invocation } from "./invocation.ts";
import type { Lambda } from "./lambda.ts";

/** Never throws. */
export async function answer(lambda: Lambda, event: Fields, invocation: Invocation): Promise<unknown> {
  const dialect = dialectOf(event);
  let method = "GET";
  try {
    const delivery = dialect.decode(event, lambda.host.configuration("PUBLIC_URL"));
    method = delivery.method;
    const reply = await lambda.app.http(withInvocation(delivery, invocation));
    return encode(dialect, await plainReply(reply, method, dialect.maxReplyBytes));
  } catch (thrown) {
    const error = toFunctionError(thrown);
    report(lambda, invocation, error);
    return dialect.encode(
      await plainReply(problem(error, invocation.requestId), method, dialect.maxReplyBytes),
    );
  }
}

/** @throws {FunctionError} `too_large` for what Lambda or the load balancer would refuse with a bare 502. */
function encode(dialect: Dialect, reply: PlainReply): unknown {
  const answer = dialect.encode(reply);
  // A character of text takes six bytes of JSON at most; only what may be near the limit is measured.
  const isShort = reply.body.length * 6 < dialect.maxReplyBytes / 2;
  const size = isShort ? 0 : Buffer.byteLength(JSON.stringify(answer));
  if (size <= dialect.maxReplyBytes) return answer;
  const message = `Cannot send the reply: as Lambda sends it it has ${size} bytes, and ${dialect.maxReplyBytes} is the most. Answer with a link to a stored object.`;
  throw new FunctionError("too_large", message);
}

function withInvocation(delivery: HttpDelivery, { deadline, traceparent }: Invocation): HttpDelivery {
  const headers = [...(delivery.headers as Iterable<readonly [string, string]>)];
  const isTraced =
    traceparent === undefined || headers.some(([name]) => name.toLowerCase() === "traceparent");
  return {
    ...delivery,
    headers: isTraced ? headers : [...headers, ["traceparent", traceparent]],
    ...(deadline === undefined ? {} : { deadline }),
  };
}

function report({ host }: Lambda, { requestId, traceparent }: Invocation, error: FunctionError): void {
  host.log({
    time: host.clock.now(),
    level: "error",
    message: error.message,
    function: "",
    invocation: requestId,
    traceparent: traceparent ?? "",
    fields: { code: error.code },
  });
}
