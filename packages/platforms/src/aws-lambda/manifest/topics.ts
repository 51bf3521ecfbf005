// SNS topics: created with the stack, or one that exists.
import { entryName, physicalName } from "./names.ts";
import { foreignArn, type Place } from "./place.ts";
import { isForeign, type Plan } from "./plan.ts";
import { choose, type Json, ref } from "./values.ts";

const mostCharacters = 256;

export function createTopic(plan: Plan, topic: string): Place {
  if (isForeign(plan, topic)) return placeOfTopic(foreignArn(plan, topic, "Topic"));
  const { template, labels } = plan;
  const id = entryName(topic, "Topic");
  const parameter = `${id}Arn`;
  const condition = `Create${id}`;
  const on = { Condition: condition };
  template.parameter(parameter, {
    Type: "String",
    Description: `The ARN of an SNS topic to use for ${topic}; empty: one is created.`,
    Default: "",
  });
  template.condition(condition, { "Fn::Equals": [ref(parameter), ""] });
  const TopicName = physicalName(labels["faasade-deployment"], topic, "topic", mostCharacters);
  template.resource(id, "AWS::SNS::Topic", { TopicName }, on);
  const policy = {
    Topics: [ref(id)],
    PolicyDocument: {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "OnlyOverTls",
          Effect: "Deny",
          Principal: "*",
          Action: "sns:Publish",
          Resource: ref(id),
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
      ],
    },
  };
  template.resource(`${id}Policy`, "AWS::SNS::TopicPolicy", policy, on);
  return placeOfTopic(choose(condition, ref(id), ref(parameter)));
}

function placeOfTopic(arn: Json): Place {
  return { arn, url: arn };
}
