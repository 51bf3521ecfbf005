// Schedules of EventBridge Scheduler, in their time zone.
import { type ScheduleError, schedule, toAws } from "@faasade/schedules";
import { scheduleInput } from "../scheduled.ts";
import { entryName } from "./names.ts";
import { deadLettersId, type Plan, startedBy, type Unit } from "./plan.ts";
import { allow, trust } from "./policies.ts";
import { refused } from "./refusal.ts";
import { attribute, ref } from "./values.ts";

const groupId = "Schedules";
/** The most that EventBridge Scheduler takes. */
const mostRetries = 185;
const oneDay = 24 * 3600;

export function addSchedules(plan: Plan): void {
  const { template, labels, deployment } = plan;
  const scheduled = startedBy(plan, "schedule");
  if (scheduled.length === 0) return;
  template.resource(groupId, "AWS::Scheduler::ScheduleGroup", { Name: labels["faasade-deployment"] });
  for (const { fn, trigger, unit } of scheduled) {
    const role = entryName(fn.name, "ScheduleRole");
    addRole(plan, role, unit);
    const { expressions, timeZone } = convert(fn.name, trigger);
    expressions.forEach((expression, index) => {
      const id = entryName(fn.name, index === 0 ? "Schedule" : `Schedule${index + 1}`);
      template.resource(id, "AWS::Scheduler::Schedule", {
        GroupName: ref(groupId),
        Description: `${fn.name}: ${trigger.cron}`,
        ScheduleExpression: expression,
        ScheduleExpressionTimezone: timeZone,
        FlexibleTimeWindow: { Mode: "OFF" },
        Target: {
          Arn: attribute(unit.id, "Arn"),
          RoleArn: attribute(role, "Arn"),
          Input: scheduleInput(deployment.app, fn.name),
          RetryPolicy: { MaximumRetryAttempts: mostRetries, MaximumEventAgeInSeconds: oneDay },
          DeadLetterConfig: { Arn: attribute(deadLettersId, "Arn") },
        },
      });
    });
  }
}

function convert(name: string, { cron, timeZone }: { readonly cron: string; readonly timeZone: string }) {
  try {
    return toAws(schedule({ cron, timeZone }));
  } catch (error) {
    const { message } = error as ScheduleError;
    throw refused(name, message.replace(/\.$/, ""), "Write the schedule so that it can be said there");
  }
}

function addRole({ template }: Plan, id: string, unit: Unit): void {
  const ownAccount = { StringEquals: { "aws:SourceAccount": ref("AWS::AccountId") } };
  const Statement = [
    allow("Start", ["lambda:InvokeFunction"], attribute(unit.id, "Arn")),
    allow(deadLettersId, ["sqs:SendMessage"], attribute(deadLettersId, "Arn")),
  ];
  template.resource(id, "AWS::IAM::Role", {
    AssumeRolePolicyDocument: trust("scheduler.amazonaws.com", ownAccount),
    Policies: [{ PolicyName: "start", PolicyDocument: { Version: "2012-10-17", Statement } }],
  });
}
