// How long to wait before the next attempt: exponential, capped, with jitter so that retries do not march in step.

const longestSeconds = 300;

/**
 * @param attempt the attempt that just failed, from 1.
 * @param askedSeconds what the failure asked for, when it did.
 */
export function backOffSeconds(
  attempt: number,
  askedSeconds: number | undefined,
  random: () => number,
): number {
  if (askedSeconds !== undefined && askedSeconds >= 0) return Math.min(askedSeconds, longestSeconds);
  const full = Math.min(longestSeconds, 2 ** (attempt - 1));
  return full * (0.5 + random() / 2);
}
