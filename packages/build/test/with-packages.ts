// Tests that need packages for another system: proved where npm can have them.
import type { TestContext } from "vitest";
import { notProved } from "../../../tools/not-proved.ts";

/** Skips the test, and says so, when the registry is out of reach and npm's cache does not hold the packages. */
export async function provedWithPackages<T>(context: TestContext, build: () => Promise<T>): Promise<T> {
  try {
    return await build();
  } catch (error) {
    const { message } = error as Error;
    const isOutOfReach = /ENOTCACHED|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH/.test(message);
    if (!message.startsWith("Cannot fetch the native packages") || !isOutOfReach) throw error;
    notProved(
      "native packages for another system",
      "the npm registry is out of reach",
      "run it once with a network",
    );
    return context.skip("no packages for another system");
  }
}
