// What builds of verify's probe record of requests: head and body, beside whoever reads them.
import { join } from "node:path";
import { expect, it } from "vitest";
import { recording } from "../../src/shared/probe/recording.ts";
import { startProgram } from "../runtimes/program.ts";

const recorder = join(import.meta.dirname, "../../src/shared/probe/recording-requests.ts");
const server = `
import ${JSON.stringify(recorder)};
import { createServer } from "node:http";
const server = createServer((request, response) => request.pipe(response));
server.listen(0, "127.0.0.1", () => console.log("at " + server.address().port));
`;

it("records each request whole, text as text and bytes as base64, and takes nothing from its handler", async () => {
  const args = ["--input-type=module-typescript", "--eval", server];
  const program = startProgram(process.execPath, args, { cwd: import.meta.dirname });
  try {
    const [, port] = await program.printed(/at (\d+)/);
    const origin = `http://127.0.0.1:${port}`;
    const bytes = Uint8Array.from({ length: 256 }, (_, value) => value);
    const headers = { "x-mark": "one" };
    const back = await fetch(`${origin}/a?b=1`, { method: "POST", headers, body: bytes });
    expect(new Uint8Array(await back.arrayBuffer())).toEqual(bytes);
    await (await fetch(`${origin}/.faasade/health`)).text();
    await (await fetch(`${origin}/text`, { method: "PUT", body: "grüß" })).text();
    await program.printed(/"body":"grüß"/);
    const lines = program
      .output()
      .split("\n")
      .filter((line) => line.startsWith("faasade-recorded "));
    const [first, second, ...more] = lines.map(
      (line) => JSON.parse(line.slice(17)) as Record<string, unknown>,
    );
    expect(first).toMatchObject({
      method: "POST",
      url: "/a?b=1",
      bodyBase64: Buffer.from(bytes).toString("base64"),
    });
    expect(first?.["headers"]).toContainEqual(["x-mark", "one"]);
    expect(second).toMatchObject({ method: "PUT", url: "/text", body: "grüß" });
    expect(more).toEqual([]);
  } finally {
    await program.stop("SIGKILL");
  }
});

it("keeps the number of a handler's parameters, which Lambda's runtime counts", () => {
  expect(recording(async (_event: unknown, _context: unknown) => {})).toHaveLength(2);
});
