// What a test started is killed when the test is over.
import { onTestFinished } from "vitest";

interface Stoppable {
  stop(signal?: NodeJS.Signals): Promise<unknown>;
}

export function killAfterwards<Started extends Stoppable>(started: Started): Started {
  onTestFinished(async () => {
    await started.stop("SIGKILL");
  });
  return started;
}
