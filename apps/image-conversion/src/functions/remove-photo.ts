// Removes an original; its renditions follow.
import { defineFunction, http, write } from "@faasade/core";
import { photos } from "../resources/photos.ts";

export default defineFunction({
  name: "remove-photo",
  trigger: http("DELETE /photos/{key+}", { auth: "platform" }),
  uses: { photos: write(photos) },
  async handle({ params }, { photos }) {
    await photos.delete(params.key);
  },
});
