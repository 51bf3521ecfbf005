// Mails that apps send reach the world, where they are kept; nobody else may put any there.
import { createConnection } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { MailContent, MailSummary } from "../src/control/api.ts";
import { openCatcher } from "../src/mail/catcher.ts";
import { makeRoot, startWorld, type TestWorld } from "./harness.ts";

let place: Awaited<ReturnType<typeof makeRoot>>;
let world: TestWorld;
beforeAll(async () => {
  place = await makeRoot();
  world = await startWorld(place.root, place.data, ["probe"]);
}, 120_000);
afterAll(async () => {
  await world.stop();
  await place.remove();
}, 60_000);

const list = async (): Promise<MailSummary[]> =>
  (await world.control<{ mails: MailSummary[] }>("GET", "mails")).mails;

async function notify(mail: object): Promise<{ status: number; body: Record<string, unknown> }> {
  const reply = await fetch(`${world.gateway}/probe/notify`, { method: "POST", body: JSON.stringify(mail) });
  return { status: reply.status, body: (await reply.json()) as Record<string, unknown> };
}

describe("a mail that an app sends", () => {
  it("is kept with its text and headers, told in the journal, and counted", async () => {
    const text = "Zürich\n.\nends here\n";
    const sent = await notify({ to: "ops@example.org", subject: "Grüße", text });
    expect(sent).toMatchObject({ status: 200, body: { refused: [] } });
    const [mail] = await list();
    expect(mail).toMatchObject({
      app: "probe",
      resource: "notices",
      from: "notices@probe.localhost",
      to: ["ops@example.org"],
      subject: "Grüße",
    });
    const content = await world.control<MailContent>("GET", `mails/${mail?.id}`);
    expect(content.text).toBe(text);
    expect(content.headers.join("\n")).toContain("To: ops@example.org");
    expect((await world.entries()).map(({ title, detail }) => `${title}: ${detail}`)).toContain(
      "mail to ops@example.org: Grüße",
    );
    const probe = (await world.state()).apps.find(({ name }) => name === "probe");
    expect(probe?.mails).toEqual([{ name: "notices", kept: 1 }]);
  });

  it("bounces where nobody can have the address", async () => {
    expect(await notify({ to: "nobody@example.invalid", subject: "s", text: "t" })).toMatchObject({
      status: 422,
      body: { detail: expect.stringContaining("Nobody can have an address in .invalid") },
    });
  });

  it("survives kill -9, and the next gets another id", async () => {
    await notify({ to: "ops@example.org", subject: "before", text: "t" });
    const before = await list();
    await world.kill();
    world = await startWorld(place.root, place.data, ["probe"]);
    expect(await list()).toEqual(before);
    await notify({ to: "ops@example.org", subject: "after", text: "t" });
    const after = await list();
    expect(after.map(({ subject }) => subject)).toEqual(["after", ...before.map(({ subject }) => subject)]);
    expect(new Set(after.map(({ id }) => id)).size).toBe(after.length);
  }, 120_000);

  it("that is not there is said not to be", async () => {
    await expect(world.control("GET", "mails/999")).rejects.toThrow(/Cannot show the mail 999/);
  });
});

describe("the catcher", () => {
  it.each([
    ["a wrong token", "probe/notices", "wrong", /^535/m],
    ["a name that is no resource", "../../etc", "right", /^535/m],
    ["nobody who does not sign in", undefined, undefined, /^530/m],
  ])("takes nothing from %s", async (_, user, password, answer) => {
    const kept: string[] = [];
    const catcher = await openCatcher({ token: "right", onMail: async ({ app }) => void kept.push(app) });
    try {
      const auth = Buffer.from(`\0${user}\0${password}`).toString("base64");
      const lines = ["EHLO test", ...(user === undefined ? [] : [`AUTH PLAIN ${auth}`])];
      const said = await talk(catcher.port, [...lines, "MAIL FROM:<a@example.org>", "QUIT"]);
      expect(said).toMatch(answer);
      expect(kept).toEqual([]);
    } finally {
      await catcher.close();
    }
  });
});

/** Says each line after an answer has come. */
function talk(port: number, lines: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(port, "127.0.0.1");
    let said = "";
    socket.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      // A last line of an answer has a space behind its code.
      if (/^\d{3} [^\n]*\n$/m.test(text)) socket.write(`${lines.shift() ?? "NOOP"}\r\n`);
    });
    socket.on("close", () => resolve(said)).on("error", reject);
  });
}
