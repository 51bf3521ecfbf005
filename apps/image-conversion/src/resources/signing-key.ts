// The key under which image URLs are signed. Changing it ends every URL that was signed before.
import { secret } from "@faasade/core";

export const signingKey = secret("IMAGE_SIGNING_KEY", {
  description: "Signs the URLs of on-the-fly images: at least 16 characters that nobody can guess.",
});
