// A due time as the event that functions get, the same on every platform.
import type { CloudEvent, ScheduleData } from "@faasade/core";

/** @param due epoch milliseconds. */
export function scheduleEvent(app: string, functionName: string, due: number): CloudEvent<ScheduleData> {
  const job = `${app}/${functionName}`;
  const time = new Date(due).toISOString();
  return {
    specversion: "1.0",
    id: `${job}@${time.replace(".000Z", "Z")}`,
    source: `/${job}`,
    type: "dev.faasade.schedule.due",
    time,
    datacontenttype: "application/json",
    data: { job, due: time },
    extensions: {},
  };
}
