// A stack of CloudFormation as it is, and waiting for it.
import { setTimeout as pause } from "node:timers/promises";
import type { Stack, StackEvent } from "@aws-sdk/client-cloudformation";
import type { Standing } from "../target.ts";
import type { Aws } from "./aws.ts";
import { explain, explained } from "./failure.ts";

/** Undefined where there is none. */
export async function findStack(aws: Aws, name: string): Promise<Stack | undefined> {
  const { DescribeStacksCommand } = await import("@aws-sdk/client-cloudformation");
  const client = await aws.cloudFormation();
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: name }));
    return Stacks.find(({ StackStatus }) => StackStatus !== "DELETE_COMPLETE");
  } catch (error) {
    if (/does not exist/.test((error as Error).message)) return undefined;
    throw explain(`look for the stack ${name}`, error);
  }
}

/** What a status of CloudFormation means for whoever wants to deploy. */
export function stateOf(status: string | undefined): Standing["state"] {
  // A change set was made for a stack that was never executed: nothing stands yet.
  if (status === undefined || status === "REVIEW_IN_PROGRESS") return "absent";
  if (status.endsWith("_IN_PROGRESS")) return "changing";
  const isUsable = ["CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE"];
  return isUsable.includes(status) ? "ready" : "broken";
}

const beyondRepair = ["ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED"];

/** Such a stack holds nothing that could be changed; it can only be deleted. */
export function isBeyondRepair(status: string | undefined): boolean {
  return status !== undefined && beyondRepair.includes(status);
}

const goingAway = ["REVIEW_IN_PROGRESS", "ROLLBACK_IN_PROGRESS", "DELETE_IN_PROGRESS"];

/** Whether a deployment makes a new one in its place. */
export function isMadeAnew(status: string | undefined): boolean {
  return status !== undefined && (isBeyondRepair(status) || goingAway.includes(status));
}

export interface WaitOptions {
  /** Told each event of a resource. */
  readonly report: (line: string) => void;
  /** Only events after it. */
  readonly since?: Date;
}

/** Until nothing is in progress. @returns the stack then; undefined when it is gone. */
export async function settled(
  aws: Aws,
  name: string,
  { report, since }: WaitOptions,
): Promise<Stack | undefined> {
  const told = new Set<string>();
  for (let milliseconds = 250; ; milliseconds = Math.min(milliseconds * 1.5, 5000)) {
    const stack = await findStack(aws, name);
    if (stack !== undefined && since !== undefined)
      for (const event of await eventsOf(aws, stack, since)) {
        if (told.has(event.EventId ?? "")) continue;
        told.add(event.EventId ?? "");
        report(eventLine(event));
      }
    if (stateOf(stack?.StackStatus) !== "changing") return stack;
    await pause(milliseconds);
  }
}

/** @throws {AwsFailure} with what the events say went wrong, unless the stack is usable. */
export async function requireReady(
  aws: Aws,
  name: string,
  stack: Stack | undefined,
  since: Date,
): Promise<void> {
  const { StackStatus = "DELETE_COMPLETE" } = stack ?? {};
  if (stateOf(StackStatus) === "ready" && !StackStatus.includes("ROLLBACK")) return;
  const reasons = stack === undefined ? "no event says why" : await reasonsOf(aws, stack, since);
  throw explain(`deploy the stack ${name}`, new Error(`it is ${StackStatus}: ${reasons}`));
}

/** What failed since then, in the words of its events. */
export async function reasonsOf(aws: Aws, stack: Stack, since: Date): Promise<string> {
  const failed = (await eventsOf(aws, stack, since)).filter(isFailure);
  return failed.map(eventLine).join("; ") || (stack.StackStatusReason ?? "no event says why");
}

async function eventsOf(aws: Aws, { StackId }: Stack, since: Date): Promise<StackEvent[]> {
  const { DescribeStackEventsCommand } = await import("@aws-sdk/client-cloudformation");
  const client = await aws.cloudFormation();
  const call = new DescribeStackEventsCommand({ StackName: StackId });
  const { StackEvents = [] } = await explained("read the stack's events", () => client.send(call));
  // The newest come first. Clocks differ a little.
  const from = since.getTime() - 2000;
  return StackEvents.filter(({ Timestamp }) => (Timestamp?.getTime() ?? 0) >= from).reverse();
}

function isFailure({ ResourceStatus, ResourceStatusReason = "" }: StackEvent): boolean {
  return ResourceStatus?.endsWith("_FAILED") === true && !/cancelled/i.test(ResourceStatusReason);
}

function eventLine({
  ResourceStatus,
  ResourceType,
  LogicalResourceId,
  ResourceStatusReason,
}: StackEvent): string {
  const why = ResourceStatusReason ? `: ${ResourceStatusReason}` : "";
  return `${ResourceStatus} ${ResourceType} ${LogicalResourceId}${why}`;
}
