// Follows a running world, and knows a world that stopped from a connection that broke.
import { ControlError, type StreamEvent, type WorldClient } from "@faasade/local/control";
import { CommandFailure, exitCodes } from "./exit-code.ts";
import { remark } from "./output.ts";

/** Ends when the world does. @throws {CommandFailure} when the world goes on without this reader. */
export async function* follow(client: WorldClient, after: number): AsyncGenerator<StreamEvent> {
  yield* client.stream({ after });
  try {
    await client.status();
  } catch (error) {
    if (!(error instanceof ControlError && error.code === "unreachable")) throw error;
    remark("The world stopped.");
    return;
  }
  throw new CommandFailure(
    exitCodes.failed,
    "Cannot follow any longer: the world cut the connection, because what it says was read too slowly. Try again.",
  );
}
