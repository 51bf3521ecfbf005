// How long to wait before what failed is tried again.

const longestSeconds = 300;

/**
 * Exponential, capped, and with chance, so that retries do not march in step.
 * @param attempt the one that failed; the first is 1.
 * @param asked what the function asked for, in seconds.
 */
export function backOffSeconds(attempt: number, asked: number | undefined, random: () => number): number {
  if (asked !== undefined && asked >= 0) return Math.min(asked, longestSeconds);
  return Math.min(longestSeconds, 2 ** (attempt - 1)) * (0.5 + random() / 2);
}
