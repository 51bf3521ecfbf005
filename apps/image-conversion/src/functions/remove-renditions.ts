// Removes what was made of a photo that is gone; when it came back meanwhile, makes it again.
import { defineFunction, objectRemoved, read, readWrite } from "@faasade/core";
import { photos } from "../resources/photos.ts";
import { rendering } from "../resources/rendering.ts";
import { renditions } from "../resources/renditions.ts";
import { settle } from "../settle.ts";

export default defineFunction({
  name: "remove-renditions",
  trigger: objectRemoved(photos),
  uses: { photos: read(photos), renditions: readWrite(renditions), rendering },
  timeoutSeconds: 60,
  async handle({ data }, context) {
    await settle(data.key, context);
  },
});
