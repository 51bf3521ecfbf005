// The command within this process: what it answers and its exit code, without a process for each.
import { run } from "../src/program.ts";
import type { Ended, Place } from "./faasade.ts";

/** As `faasade` of `faasade.ts`; for commands that read no stdin, wait for no signal and end by themselves. */
export async function within(place: Place, args: readonly string[]): Promise<Omit<Ended, "signal">> {
  const { FAASADE_ROOT, FAASADE_DATA, ...others } = process.env;
  const written = { stdout: "", stderr: "" };
  const restore = (["stdout", "stderr"] as const).map((name) => {
    const stream = process[name];
    const { write } = stream;
    stream.write = ((text: string | Uint8Array) => {
      written[name] += typeof text === "string" ? text : Buffer.from(text).toString("utf8");
      return true;
    }) as typeof write;
    return () => {
      stream.write = write;
    };
  });
  process.env = { ...others, FAASADE_ROOT: place.root, FAASADE_DATA: place.data };
  try {
    const code = await run(args);
    return { code, ...written };
  } finally {
    for (const one of restore) one();
    process.exitCode = undefined;
    process.env = {
      ...others,
      ...(FAASADE_ROOT === undefined ? {} : { FAASADE_ROOT }),
      ...(FAASADE_DATA === undefined ? {} : { FAASADE_DATA }),
    };
  }
}
