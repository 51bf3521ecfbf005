import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readCommandBlocks, runCommandBlocks } from "../markdown-commands.ts";
import { repositoryContents } from "../repository.ts";
import { root } from "../workspaces.ts";

const options = { cwd: root, env: environment(), timeoutSeconds: 120 };
const pages = repositoryContents()
  .files.filter((file) => file.endsWith(".md"))
  .map((file) => ({ file, blocks: readCommandBlocks(readFileSync(join(root, file), "utf8")) }))
  .filter(({ blocks }) => blocks.length > 0);

describe("commands in Markdown", () => {
  it.each(pages)("of $file do what the page says", { timeout: 600_000 }, async ({ blocks }) => {
    const nested = blocks
      .flatMap(({ commands }) => commands)
      .filter((command) => /^npm (test|t|run test)$/.test(command));
    refuseToInstall();
    expect(nested, "the whole `npm test` runs this test, so it cannot be run by it: label it `sh`").toEqual(
      [],
    );
    const data = mkdtempSync(join(tmpdir(), "faasade-markdown-"));
    try {
      await runCommandBlocks(blocks, { ...options, env: { ...options.env, FAASADE_DATA: data } });
    } finally {
      rmSync(data, { recursive: true, force: true, maxRetries: 5 });
    }
  });

  it("are those in blocks labelled `sh run`, and no others", () => {
    const fence = "```";
    const page = [
      "text",
      `${fence}sh run`,
      "# a comment",
      "echo one \\",
      "  two",
      "echo three",
      fence,
      `${fence}sh cloud`,
      "rm -rf everything",
      fence,
      `${fence}sh`,
      "npm test",
      fence,
      `  ${fence}sh run until="ready"`,
      "  npm start",
      `  ${fence}`,
    ].join("\n");
    expect(readCommandBlocks(page)).toEqual([
      { line: 3, commands: ["echo one two", "echo three"] },
      { line: 15, commands: ["npm start"], until: "ready" },
    ]);
  });

  it("are refused with a label that would leave them untested", () => {
    expect(() => readCommandBlocks("text\n```sh run until=ready\nnpm start\n```\n")).toThrow("line 3");
  });

  it("fail with line, command and output when one does not end with 0", async () => {
    const blocks = [{ line: 7, commands: ["echo before", node("console.log('shown'); process.exit(3)")] }];
    await expect(runCommandBlocks(blocks, options)).rejects.toThrow(
      /line 7: node[\s\S]*ended with 3[\s\S]*shown/,
    );
  });

  it("that keep running are up for the commands after them, and end by Ctrl-C", async () => {
    const folder = mkdtempSync(join(tmpdir(), "faasade-lasting-"));
    const file = join(folder, "up").replaceAll("\\", "/");
    const lasting = node(
      `const fs = require('fs'); fs.writeFileSync('${file}', ''); setInterval(() => {}, 1000);
      process.on('SIGINT', () => { fs.rmSync('${file}'); process.exit(0); }); console.log('ready');`.replaceAll(
        /\s+/g,
        " ",
      ),
    );
    const look = node(`require('fs').statSync('${file}')`);
    const blocks = [
      { line: 1, commands: [lasting], until: "ready" },
      { line: 2, commands: [look] },
    ];
    await runCommandBlocks(blocks, options);
    await expect(runCommandBlocks([{ line: 3, commands: [look] }], options)).rejects.toThrow("line 3");
    rmSync(folder, { recursive: true });
  });

  it.skipIf(process.platform === "win32")(
    "that keep running fail when Ctrl-C does not end them well (no Ctrl-C on Windows)",
    async () => {
      const lasting = node(
        "setInterval(() => {}, 1000); process.on('SIGINT', () => process.exit(4)); console.log('ready');",
      );
      await expect(
        runCommandBlocks([{ line: 1, commands: [lasting], until: "ready" }], options),
      ).rejects.toThrow("ended with 4");
    },
  );

  it("that keep running fail when they end before they show the text", async () => {
    const blocks = [{ line: 1, commands: [node("console.log('no')")], until: "ready" }];
    await expect(runCommandBlocks(blocks, options)).rejects.toThrow('ended before it showed "ready"');
  });
});

/** A command that found other packages than the lockfile's would install, and pull them away from this run. */
function refuseToInstall(): void {
  const hash = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  const marker = join(root, "node_modules", ".faasade-install");
  if (existsSync(marker) && readFileSync(marker, "utf8").startsWith(hash)) return;
  throw new Error(
    "Cannot run the page's commands: the locked packages are not installed. Run this by `npm test`.",
  );
}

function node(program: string): string {
  return `node -e "${program}"`;
}

/** A newcomer's environment: nothing of the test run, and none of this machine's faasade settings. */
function environment(): NodeJS.ProcessEnv {
  const ours = /^(FAASADE_|VITEST|NODE_ENV$|TEST$|DEV$|PROD$|MODE$|SSR$|BASE_URL$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.test(name)));
}
