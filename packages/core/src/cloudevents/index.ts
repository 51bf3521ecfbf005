// CloudEvents 1.0: the event, and its encodings in HTTP, Kafka, MQTT and plain JSON.

export { dataBytes } from "./data.ts";
export { deterministicId } from "./deterministic-id.ts";
export { CloudEventError } from "./error.ts";
export type { AttributeValue, CloudEvent } from "./event.ts";
export {
  decodeHttp,
  encodeHttpBinary,
  type HeaderSource,
  type HttpMessage,
  httpContentMode,
} from "./http.ts";
export {
  decodeBatch,
  decodeStructured,
  encodeBatch,
  encodeStructured,
  type StructuredMessage,
} from "./json-format.ts";
export {
  decodeKafka,
  encodeKafka,
  encodeKafkaStructured,
  type KafkaMessage,
  type KafkaRecord,
} from "./kafka.ts";
export type { ContentMode } from "./media-type.ts";
export {
  decodeMqtt,
  encodeMqtt5,
  encodeMqtt5Structured,
  type Mqtt5Message,
  type MqttPublish,
} from "./mqtt.ts";
