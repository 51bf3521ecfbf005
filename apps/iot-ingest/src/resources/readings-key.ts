import { secret } from "@faasade/core";

export const readingsKey = secret("READINGS_KEY", {
  description: "What the passwords of devices are made of; changing it ends all that were given out.",
});
