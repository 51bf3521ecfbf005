// The key under which personal data becomes pseudonyms. Under another key the same person has another pseudonym.
import { secret } from "@faasade/core";

export const maskingKey = secret("MASKING_KEY", {
  description: "Turns contacts into pseudonyms: at least 16 characters that nobody can guess.",
});
