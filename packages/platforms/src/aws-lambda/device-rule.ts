// The rule of AWS IoT that hands device messages over, byte for byte.

/**
 * What a topic rule must select for `aws-lambda/topics.ts`. Never `*` beside it: then whoever publishes to the topic
 * writes fields of the event, and could pass it off as another source's.
 * @param topicFilter as MQTT writes it, such as `devices/+/readings`.
 */
export function deviceRuleSql(topicFilter: string): string {
  const columns = [
    "encode(*, 'base64') AS mqttPayload",
    "topic() AS mqttTopic",
    "timestamp() AS mqttTime",
    "traceid() AS mqttTrace",
    "clientid() AS mqttClient",
  ];
  return `SELECT ${columns.join(", ")} FROM '${topicFilter.replaceAll("'", "''")}'`;
}
