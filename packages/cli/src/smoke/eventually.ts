// Asks until there is an answer: what starts on demand may take its time.
const patienceMilliseconds = 120_000;
const firstPauseMilliseconds = 200;
const longestPauseMilliseconds = 2000;

/** @throws {Error} after two minutes, or what `ask` throws. */
export async function eventually<Answer>(
  what: string,
  ask: () => Promise<Answer | undefined>,
  milliseconds = patienceMilliseconds,
): Promise<Answer> {
  const deadline = performance.now() + milliseconds;
  for (let pause = firstPauseMilliseconds; ; pause = Math.min(2 * pause, longestPauseMilliseconds)) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() + pause > deadline)
      throw new Error(`Cannot see that ${what}: it did not come true within ${milliseconds / 1000} s.`);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}
