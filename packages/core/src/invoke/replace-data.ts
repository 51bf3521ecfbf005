// An event with other data, all its attributes kept.
import type { CloudEvent } from "../cloudevents/event.ts";

export function replaceData<Data>(event: CloudEvent, data: Data): CloudEvent<Data> {
  const { specversion, id, source, type, subject, time, datacontenttype, dataschema, extensions } = event;
  return {
    specversion,
    id,
    source,
    type,
    ...(subject === undefined ? {} : { subject }),
    ...(time === undefined ? {} : { time }),
    ...(datacontenttype === undefined ? {} : { datacontenttype }),
    ...(dataschema === undefined ? {} : { dataschema }),
    data,
    extensions,
  };
}
