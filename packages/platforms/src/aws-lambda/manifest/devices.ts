// Messages of devices, through AWS IoT: a rule per topic of the app picks them by an MQTT topic filter.
import { deviceRuleSql } from "../device-rule.ts";
import { entryName } from "./names.ts";
import { deadLettersId, type Plan, permit, type Started } from "./plan.ts";
import { allow, trust } from "./policies.ts";
import { attribute, ref, substitute } from "./values.ts";

/** The version of AWS IoT's SQL that knows every function the rule uses. */
const sqlVersion = "2016-03-23";

/** What the rule cannot hand over goes to the dead letters; so does, by way of AWS Lambda, what the function gives up. */
export function addDeviceRule(plan: Plan, { fn, trigger, unit }: Started<"message">): void {
  const { template } = plan;
  const filter = entryName(trigger.source, "TopicFilter");
  template.parameter(filter, {
    Type: "String",
    Description: `The MQTT topic filter of ${trigger.source}, as in its URL, such as devices/+/readings.`,
    MinLength: 1,
  });
  const id = entryName(fn.name, "DeviceRule");
  const role = `${id}Role`;
  const Statement = [allow(deadLettersId, ["sqs:SendMessage"], attribute(deadLettersId, "Arn"))];
  template.resource(role, "AWS::IAM::Role", {
    AssumeRolePolicyDocument: trust("iot.amazonaws.com", {
      StringEquals: { "aws:SourceAccount": ref("AWS::AccountId") },
    }),
    Policies: [{ PolicyName: "give-up", PolicyDocument: { Version: "2012-10-17", Statement } }],
  });
  template.resource(id, "AWS::IoT::TopicRule", {
    TopicRulePayload: {
      Description: `${fn.name}: messages of ${trigger.source}`,
      AwsIotSqlVersion: sqlVersion,
      RuleDisabled: false,
      Sql: substitute(deviceRuleSql(`\${${filter}}`)),
      Actions: [{ Lambda: { FunctionArn: attribute(unit.id, "Arn") } }],
      ErrorAction: {
        Sqs: { QueueUrl: ref(deadLettersId), RoleArn: attribute(role, "Arn"), UseBase64: false },
      },
    },
  });
  const source = `arn:\${AWS::Partition}:iot:\${AWS::Region}:\${AWS::AccountId}:rule/\${${id}}`;
  permit(plan, unit, `${id}Permission`, { service: "iot.amazonaws.com", source: substitute(source) });
}
