// A stack that something was begun with: waited for, or brought back to where a change set can be made for it.
import type { Step } from "../target.ts";
import type { Aws } from "./aws.ts";
import type { Deploying } from "./deploying.ts";
import { explain, explained } from "./failure.ts";
import { findStack, isBeyondRepair, reasonsOf, settled, stateOf } from "./stack.ts";

export function readyStep({ aws, stackName, standing, account: { suffix } }: Deploying): Step {
  const status = standing.stack?.stack.StackStatus ?? "";
  return {
    name: "settle-stack",
    command: `${repairCommand(status, stackName)}${suffix}`,
    async run(report) {
      const since = new Date();
      let stack = await settled(aws, stackName, { report, since });
      if (stack?.StackStatus === "UPDATE_ROLLBACK_FAILED" || stack?.StackStatus === "UPDATE_FAILED") {
        await rollBack(aws, stackName, stack.StackStatus);
        stack = await settled(aws, stackName, { report, since });
      }
      if (isBeyondRepair(stack?.StackStatus)) {
        report(`the stack is ${stack?.StackStatus}: it is deleted, and made anew`);
        await deleteStack(aws, stackName, report);
      }
      const now = await findStack(aws, stackName);
      if (now !== undefined && stateOf(now.StackStatus) === "broken") {
        const reasons = await reasonsOf(aws, now, since);
        throw explain(`repair the stack ${stackName}`, new Error(`it is ${now.StackStatus}: ${reasons}`));
      }
      return `the stack is ${now?.StackStatus ?? "gone"}`;
    },
  };
}

/** Waits until it is gone. @throws {AwsFailure} with what would not go. */
export async function deleteStack(aws: Aws, name: string, report: (line: string) => void): Promise<void> {
  const { DeleteStackCommand } = await import("@aws-sdk/client-cloudformation");
  const client = await aws.cloudFormation();
  const since = new Date();
  await explained(`delete the stack ${name}`, () => client.send(new DeleteStackCommand({ StackName: name })));
  const stack = await settled(aws, name, { report, since });
  if (stack === undefined) return;
  const reasons = await reasonsOf(aws, stack, since);
  throw explain(`delete the stack ${name}`, new Error(`it is ${stack.StackStatus}: ${reasons}`));
}

async function rollBack(aws: Aws, name: string, status: string): Promise<void> {
  const { ContinueUpdateRollbackCommand, RollbackStackCommand } = await import(
    "@aws-sdk/client-cloudformation"
  );
  const client = await aws.cloudFormation();
  const call = { StackName: name };
  await explained(`roll back the stack ${name}`, () =>
    status === "UPDATE_FAILED"
      ? client.send(new RollbackStackCommand(call))
      : client.send(new ContinueUpdateRollbackCommand(call)),
  );
}

function repairCommand(status: string, stack: string): string {
  if (status.startsWith("CREATE_IN_"))
    return `aws cloudformation wait stack-create-complete --stack-name ${stack}`;
  if (status.startsWith("DELETE_IN_"))
    return `aws cloudformation wait stack-delete-complete --stack-name ${stack}`;
  if (status.endsWith("_IN_PROGRESS"))
    return `aws cloudformation wait stack-update-complete --stack-name ${stack}`;
  if (status === "UPDATE_FAILED") return `aws cloudformation rollback-stack --stack-name ${stack}`;
  if (status === "UPDATE_ROLLBACK_FAILED")
    return `aws cloudformation continue-update-rollback --stack-name ${stack}`;
  return `aws cloudformation delete-stack --stack-name ${stack}`;
}
