// What every server here does with a binary CloudEvent: reads what is required, and the data.
const core = ["id", "source", "specversion", "subject", "time", "type"];

/** The event, or undefined when it is none; `data` is what JSON.parse made of the body. */
export function readEvent(headers, data) {
  const event = { datacontenttype: headers["content-type"], data, extensions: {} };
  for (const name in headers) {
    if (!name.startsWith("ce-")) continue;
    const attribute = name.slice(3);
    const value = headers[name].includes("%") ? decodeURIComponent(headers[name]) : headers[name];
    if (core.includes(attribute)) event[attribute] = value;
    else event.extensions[attribute] = value;
  }
  return event.specversion === "1.0" && event.id && event.source && event.type ? event : undefined;
}

/** Whether it was taken. */
export function take(event) {
  return Array.isArray(event?.data?.items) && event.data.items.length === 16;
}
