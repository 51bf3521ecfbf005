// Whether a resource's schema takes a message: asked by the host, answered by the app's process, which has the schema.
import type { ChildProcess } from "node:child_process";
import type { Resource, Schema } from "@faasade/core";
import { FunctionError, validate } from "@faasade/core";
import type { AppMessage, CheckedMessage, CheckMessage } from "./protocol.ts";

const patienceMilliseconds = 10_000;
let checks = 0;

/**
 * @returns what the schema objects to, with the path; undefined when it takes the message.
 * @throws {FunctionError} `unavailable` when the process ends before it answers, or is too busy to.
 */
export function askCheck(
  child: ChildProcess,
  app: string,
  resource: string,
  message: unknown,
): Promise<string | undefined> {
  const check = ++checks;
  const { promise, resolve, reject } = Promise.withResolvers<string | undefined>();
  const hear = (answer: AppMessage): void => {
    if (answer?.type === "checked" && answer.check === check) resolve(answer.problem);
  };
  const lose = (why: string): void =>
    reject(
      new FunctionError(
        "unavailable",
        `Cannot check the message: ${app} ${why}. Try again, or send it unchecked.`,
      ),
    );
  const end = (): void => lose("ended before it answered");
  const timer = setTimeout(() => lose("does not answer"), patienceMilliseconds);
  child.on("message", hear).once("exit", end);
  child.send({ type: "check", check, resource, message } satisfies CheckMessage, (error) => {
    if (error !== null) lose(`cannot be asked (${error.message})`);
  });
  return promise.finally(() => {
    clearTimeout(timer);
    child.off("message", hear).off("exit", end);
  });
}

/** In the app's process. What has no schema takes everything. */
export async function answerCheck(
  resources: readonly Resource[],
  { check, resource, message }: CheckMessage,
): Promise<CheckedMessage> {
  const found = resources.find(({ name }) => name === resource);
  const schema = found !== undefined && "schema" in found ? (found.schema as Schema) : undefined;
  try {
    if (schema !== undefined) await validate(schema, message, `a message for ${resource}`);
    return { type: "checked", check };
  } catch (error) {
    return { type: "checked", check, problem: (error as Error).message.replace(/\.$/, "") };
  }
}
