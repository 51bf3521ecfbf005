// Tells of an event, and fails where its mark asks for that.
import type { ObjectReader, ObjectWriter } from "@faasade/connectors/object-store";
import { type CloudEvent, FunctionError } from "@faasade/core";

/**
 * The first delivery is told of as `<mark>.1`, any later one as `<mark>.2`.
 * @param mark `again-…` fails the first time, `refused-…` for good.
 */
export async function tell(
  told: ObjectReader & ObjectWriter,
  mark: string,
  { id, source, type, subject, data }: CloudEvent,
): Promise<void> {
  const isFirst = (await told.head(`${mark}.1`)) === undefined;
  await told.put(`${mark}.${isFirst ? 1 : 2}`, JSON.stringify({ id, source, type, subject, data }), {
    contentType: "application/json",
  });
  if (mark.startsWith("refused-")) throw new FunctionError("unprocessable", "It asked to be refused.");
  if (mark.startsWith("again-") && isFirst)
    throw new FunctionError("unavailable", "It asked to be delivered again.");
}
