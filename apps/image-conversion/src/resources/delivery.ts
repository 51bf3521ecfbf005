// How images made on the fly are delivered.
import { settings } from "@faasade/core";
import * as v from "valibot";

const whole = v.pipe(v.number(), v.integer(), v.minValue(1));

export const delivery = settings({
  maxReplyBytes: {
    schema: whole,
    default: 5 * 1024 * 1024,
    description:
      "A larger image is answered with a redirect to the stored object; set it below the platform's own limit.",
  },
  cacheSeconds: {
    schema: whole,
    default: 3600,
    description:
      "How long browsers and caches may keep an image by URL, never longer than its signature holds.",
  },
});
