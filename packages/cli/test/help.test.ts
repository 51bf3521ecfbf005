import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { afterAll, describe, expect, it } from "vitest";
import { commands } from "../src/commands.ts";
import { defineProgram } from "../src/program.ts";
import { faasade } from "./faasade.ts";

const root = mkdtempSync(join(tmpdir(), "faasade-help-"));
const place = { root, data: join(root, "data") };
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe("help", () => {
  it("names every command in one line, and the exit codes", async () => {
    const { code, stdout, stderr } = await faasade(place, ["--help"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatchInlineSnapshot(`
      "Usage: faasade <command> [option…]

      Write a function once, run it on every function platform.

      Options:
        --version       show the version
        -h, --help      show help

      The world:
        up              start the world, until Ctrl-C
        status          what runs, and where its page is
        stop            stop the running world
        reset           delete the world's data
        doctor          check what a world needs

      Work with it:
        invoke          start a function now
        logs            what functions log
        events          what happened, and why
        objects         put, get, list and remove objects
        send            send a message to a queue
        publish         publish a message on a topic
        mails           what apps sent by mail, kept here
        sql             ask a database
        dead-letters    what was given up: list, show, replay, discard

      Time and faults:
        clock           show or move the world's clock
        chaos           inject duplicates, delays and crashes

      Develop:
        inspect         bytes, modules, load time and permissions of a function
        eject           one app in a folder of its own, with what it needs
        new             make an app or a function

      Deploy:
        build           artefacts and manifests for a platform
        plan            what a deployment would do, without doing it
        deploy          bring an app to a stage of a platform
        destroy         take a stage away again
        run             one built function, here, as a platform runs it
        smoke           an app's story, against what was deployed
        cluster         a local cluster with Knative: up, down, status
        verify          ask a real stage what the conformance suite asks
        matrix          what runs where, and how that was proved

      Commands:
        help [command]  show help

      Exit codes:
        0  done
        1  failed, or no world runs
        2  wrong usage
        3  refused: wrong input, or something that does not exist, or exists already
        130  ended by Ctrl-C; once up or run is ready, the first one stops it cleanly, with 0

      Environment:
        FAASADE_DATA  the world's data (default: .faasade of the checkout)
        FAASADE_PORT  port of the page (default: any free one)
        FAASADE_ROOT  the checkout (default: the one this command belongs to)
        NO_COLOR      no colours

      \`npm run faasade -- <command> --help\` shows a command's options and examples.
      "
    `);
  });

  it.each(Object.keys(commands))(
    "of %s shows examples that its own options and arguments take",
    async (name) => {
      const { lines, help } = await examplesOf(name);
      expect(help).toContain(`Usage: faasade ${name}`);
      expect(lines.length).toBeGreaterThan(0);
      for (const line of lines) {
        const program = await defineProgram(name);
        silence(program);
        let reached = false;
        program.hook("preAction", () => {
          reached = true;
          throw new Error("far enough");
        });
        const run = program.parseAsync(splitLine(line), { from: "user" });
        await expect(run, line).rejects.toThrow("far enough");
        expect(reached, line).toBe(true);
      }
    },
  );

  it("loads no command but the one that was asked for", async () => {
    const program = await defineProgram("invoke");
    const defined = program.commands.filter(
      ({ options, commands, registeredArguments }) =>
        options.length + commands.length + registeredArguments.length > 0,
    );
    expect(defined.map((command) => command.name())).toEqual(["invoke"]);
  });
});

describe("wrong usage", () => {
  it.each([
    [[], "Usage: faasade"],
    [["objects"], "Usage: faasade objects"],
    [["send", "mails"], "missing required argument 'json'"],
  ])("%j ends with 2 and says what is right", async (args, says) => {
    const { code, stdout, stderr } = await faasade(place, args);
    expect(stderr).toContain(says);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });
});

describe("without a world", () => {
  it("status answers a script", async () => {
    expect(await faasade(place, ["status", "--json"])).toMatchObject({
      code: 1,
      stdout: '{"ready":false}\n',
    });
  });

  it("status takes a record that outlived its world for none", async () => {
    mkdirSync(place.data, { recursive: true });
    const record = { pid: process.pid, page: "http://127.0.0.1:1", gateway: "", token: "" };
    writeFileSync(join(place.data, "host.json"), JSON.stringify(record));
    expect(await faasade(place, ["status", "--json"])).toMatchObject({
      code: 1,
      stdout: '{"ready":false}\n',
    });
    rmSync(join(place.data, "host.json"));
  });
});

async function examplesOf(name: string): Promise<{ help: string; lines: string[] }> {
  const program = await defineProgram(name);
  let help = "";
  const command = program.commands.find((one) => one.name() === name) as Command;
  command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
  const lines = [...help.matchAll(/^ {2}npm run faasade -- (.+?)(?: {3}.*)?$/gm)].map(
    ([, line]) => line ?? "",
  );
  return { help, lines };
}

/** As a shell would: quotes hold words together, what follows "<" is not for the command. */
function splitLine(line: string): string[] {
  const words = line.replace(/ < .*$/, "").matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g);
  return [...words].map(([, single, double, bare]) => single ?? double ?? bare ?? "");
}

function silence(command: Command): void {
  command.configureOutput({ writeErr: () => {}, writeOut: () => {} });
  for (const one of command.commands) silence(one);
}
