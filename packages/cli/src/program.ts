// Reads the command line, runs one command, and turns whatever comes of it into an exit code.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command, CommanderError } from "commander";
import { commands } from "./commands.ts";
import { type ExitCode, exitCodeOf, exitCodes } from "./exit-code.ts";
import { remark } from "./output.ts";

const footer = `
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

\`npm run faasade -- <command> --help\` shows a command's options and examples.`;

/** Runs the command that `argv` names. Never throws: what goes wrong is said on stderr. */
export async function run(argv: readonly string[]): Promise<number> {
  try {
    const asksHelp = argv[0] === "help" && argv[1] !== undefined;
    // Without "help", an unknown command is refused by its name.
    const words = asksHelp && !Object.hasOwn(commands, argv[1] ?? "") ? argv.slice(1) : argv;
    const program = await defineProgram(asksHelp ? argv[1] : argv[0]);
    await program.parseAsync(words, { from: "user" });
    return Number(process.exitCode ?? exitCodes.ok);
  } catch (error) {
    return report(error);
  }
}

/** Every command by its summary; the one that was asked for whole. */
export async function defineProgram(asked: string | undefined): Promise<Command> {
  const program = new Command("faasade")
    .usage("<command> [option…]")
    .description("Write a function once, run it on every function platform.")
    .version(version(), "--version", "show the version")
    .helpOption("-h, --help", "show help")
    .helpCommand("help [command]", "show help")
    .showHelpAfterError("(--help shows what there is)")
    .addHelpText("after", footer)
    .exitOverride();
  for (const [name, { group, summary, load }] of Object.entries(commands)) {
    const command = program.command(name).description(summary).helpGroup(group);
    if (name === asked) (await load()).default(command);
  }
  return program;
}

function report(error: unknown): ExitCode {
  // Commander has said already what is wrong; its code 0 means that help or version was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  const { message, stack } = error as Error;
  remark(process.env["FAASADE_DEBUG"] ? (stack ?? message) : message);
  return exitCodeOf(error);
}

function version(): string {
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, "../package.json"), "utf8"));
  return String(version);
}
