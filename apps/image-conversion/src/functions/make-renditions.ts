// Makes every preset's renditions of a photo that was stored.
import { defineFunction, objectCreated, read, readWrite } from "@faasade/core";
import { photos } from "../resources/photos.ts";
import { rendering } from "../resources/rendering.ts";
import { renditions } from "../resources/renditions.ts";
import { settle } from "../settle.ts";

export default defineFunction({
  name: "make-renditions",
  trigger: objectCreated(photos),
  uses: { photos: read(photos), renditions: readWrite(renditions), rendering },
  timeoutSeconds: 60,
  async handle({ data }, context) {
    await settle(data.key, context);
  },
});
