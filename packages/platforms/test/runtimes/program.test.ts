import { tmpdir } from "node:os";
import { describe, expect, it } from "vitest";
import { killAfterwards } from "./afterwards.ts";
import { type ProgramOptions, startProgram, until } from "./program.ts";

describe("a program that a test starts", () => {
  it("does not see the environment of the tests, but its own", async () => {
    process.env.FAASADE_SECRET_OF_TESTS = "1";
    const { printed } = script("console.log(Object.keys(process.env).join(), 'end')", {
      environment: { OWN: "1" },
    });
    const names = (await printed(/(.*) end/))[1]?.split(",");
    expect(names).toContain("OWN");
    expect(names).not.toContain("FAASADE_SECRET_OF_TESTS");
  });

  it("takes with it what it started", async () => {
    const child =
      "require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])";
    const program = script(`console.log('child ' + ${child}.pid); setInterval(() => {}, 1000)`);
    const pid = Number((await program.printed(/child (\d+)/))[1]);
    expect(isAlive(pid)).toBe(true);
    await program.stop("SIGTERM");
    await until(() => (isAlive(pid) ? undefined : true));
  });

  it("is killed when it does not heed a signal, or takes longer than it may", async () => {
    const deaf = "process.on('SIGTERM', () => {}); console.log('on'); setInterval(() => {}, 1000)";
    const stopped = script(deaf);
    await stopped.printed(/on/);
    expect(await stopped.stop("SIGTERM", 100)).toEqual({ code: null, signal: "SIGKILL" });
    expect(await script(deaf, { longestSeconds: 0.5 }).exited).toEqual({ code: null, signal: "SIGKILL" });
  });

  it("is not waited for when it has ended, and its last words are told", async () => {
    const program = script("console.error('no such port'); process.exit(4)");
    await expect(program.printed(/listening/)).rejects.toThrow("no such port");
    expect(await program.exited).toEqual({ code: 4, signal: null });
  });

  it("may not exist", async () => {
    const program = startProgram("no-such-program", [], { cwd: tmpdir() });
    expect(await program.exited).toEqual({ code: null, signal: null });
    expect(program.output()).toContain("ENOENT");
  });
});

function script(text: string, options: Omit<ProgramOptions, "cwd"> = {}) {
  return killAfterwards(startProgram(process.execPath, ["-e", text], { cwd: tmpdir(), ...options }));
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
