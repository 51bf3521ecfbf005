// Signs the URL of an image for whom the platform lets through; anyone who has the URL may then ask for the image.
import { defineFunction, http, json } from "@faasade/core";
import * as v from "valibot";
import { checkSize, imageParameters } from "../asked.ts";
import { rendering } from "../resources/rendering.ts";
import { signingKey } from "../resources/signing-key.ts";
import { sign } from "../signature.ts";

const body = v.strictObject({
  key: v.pipe(v.string(), v.minLength(1)),
  ...imageParameters,
  expiresInSeconds: v.optional(
    v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(366 * 24 * 3600)),
    3600,
  ),
});

export default defineFunction({
  name: "sign-url",
  trigger: http("POST /signed-urls", { auth: "platform", body }),
  uses: { signingKey, rendering },
  async handle(request, { signingKey, rendering, clock, urlOf }) {
    const { expiresInSeconds, ...image } = await request.json();
    checkSize(image, rendering.maxEdge);
    const asked = { ...image, expires: Math.floor(clock.now() / 1000) + expiresInSeconds };
    const signature = sign(asked, await signingKey.get());
    return json({ url: urlOf("transform-image", { ...asked, signature }), expires: asked.expires });
  },
});
