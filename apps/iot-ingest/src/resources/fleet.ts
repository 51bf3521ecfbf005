// The fleet that is played where there are no devices.
import { settings } from "@faasade/core";
import * as v from "valibot";

export const fleet = settings({
  fleetSpeed: {
    schema: v.pipe(v.number(), v.minValue(0), v.maxValue(3600)),
    default: 0,
    description:
      "How much faster than life the recorded weather is played by simulated devices; 0: not at all.",
  },
});
