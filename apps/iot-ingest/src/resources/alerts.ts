import { topic } from "@faasade/connectors/topic";
import * as v from "valibot";

const alert = v.object({
  rule: v.string(),
  device: v.string(),
  metric: v.string(),
  state: v.picklist(["opened", "closed"]),
  /** RFC 3339. */
  at: v.string(),
  value: v.number(),
});
export type Alert = v.InferOutput<typeof alert>;

/** What becomes of incidents: each is told of twice, when it opens and when it closes. */
export const alerts = topic("alerts", alert);
