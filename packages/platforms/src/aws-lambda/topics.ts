// Messages of topics: of SNS, and of devices through a rule of AWS IoT.
import { FunctionError } from "@faasade/core";
import { deterministicId } from "@faasade/core/cloudevents";
import { type Fields, fieldsOf, listOf, textOf, timeOf } from "../shared/fields.ts";
import { messageEvent, type ReceivedMessage } from "../shared/message-event.ts";
import { deliverAll, type Target } from "./deliver-all.ts";
import type { Invocation } from "./invocation.ts";
import type { Lambda } from "./lambda.ts";
import { functionsOfArn, functionsOfDevice, type MessageFunction } from "./message-functions.ts";

/** @throws {RefusedEvent} unless every function that waits for one of the messages handled it. */
export async function answer(lambda: Lambda, event: Fields, invocation: Invocation): Promise<unknown> {
  const targets =
    event["Records"] === undefined
      ? targetsOfDevice(lambda, event)
      : listOf(event["Records"]).flatMap((record) => targetsOfTopic(lambda, record));
  return deliverAll(lambda, targets, invocation);
}

function targetsOfTopic(lambda: Lambda, record: unknown): Target[] {
  const { MessageId, TopicArn, Message, Timestamp, MessageAttributes } = fieldsOf(fieldsOf(record)["Sns"]);
  const id = textOf(MessageId);
  const arn = textOf(TopicArn);
  if (id === undefined || arn === undefined || typeof Message !== "string")
    throw new FunctionError(
      "invalid",
      "Cannot read the SNS message: it has no MessageId, TopicArn or Message.",
    );
  const key = attributeOf(MessageAttributes, "key");
  return targetsOf(functionsOfArn(lambda, arn), {
    id,
    time: timeOf(Timestamp),
    body: Buffer.from(Message, "utf8"),
    contentType: attributeOf(MessageAttributes, "content-type"),
    ...(key === undefined ? {} : { subject: key }),
  });
}

function attributeOf(attributes: unknown, name: string): string | undefined {
  return textOf(fieldsOf(fieldsOf(attributes)[name])["Value"]);
}

function targetsOfDevice(lambda: Lambda, event: Fields): Target[] {
  const { mqttTopic, mqttPayload, mqttTime, mqttTrace, mqttClient } = event;
  if (typeof mqttTopic !== "string" || typeof mqttPayload !== "string")
    throw new FunctionError(
      "invalid",
      "Cannot read the device message: the rule must select mqttTopic and mqttPayload.",
    );
  const message = {
    id: textOf(mqttTrace) ?? deterministicId(mqttTopic, String(mqttTime), mqttPayload),
    time: mqttTime === undefined ? undefined : timeOf(mqttTime),
    body: Buffer.from(mqttPayload, "base64"),
    contentType: undefined,
  };
  // A message by HTTP has no client: https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-functions.html
  const client = mqttClient === "n/a" ? undefined : textOf(mqttClient);
  return functionsOfDevice(lambda, mqttTopic).flatMap((one) => {
    const subject = one.key ?? client;
    return targetsOf([one], subject === undefined ? message : { ...message, subject });
  });
}

function targetsOf(functions: readonly MessageFunction[], message: ReceivedMessage): Target[] {
  return functions.map(({ name, source }) => ({
    functionName: name,
    delivery: { events: [messageEvent(message, source)] },
  }));
}
