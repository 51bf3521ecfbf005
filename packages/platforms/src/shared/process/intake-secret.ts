// Compares what somebody says with a secret.

/** Compares digests, which are of one length, so that the time it takes says nothing of the secret. */
export function sameSecret(secret: string): (said: string) => boolean {
  const { hash, timingSafeEqual } = process.getBuiltinModule("node:crypto");
  const expected = hash("sha256", secret, "buffer");
  return (said) => timingSafeEqual(hash("sha256", said, "buffer"), expected);
}
