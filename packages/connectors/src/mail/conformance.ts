// The one suite of the mail port: what every driver promises, registered as vitest tests.

import type { Ambient } from "@faasade/core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { MailDriver } from "./driver.ts";
import { type MailSender, mail, maxMailBytes } from "./index.ts";

/** A mail as it arrived, decoded by another library. */
export interface ArrivedMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
  readonly messageId: string;
  readonly date: Date;
  readonly headers: ReadonlyMap<string, unknown>;
}

/** How the target answers the next mails. */
export type Answer =
  | "take"
  | { readonly at: "recipient"; readonly address: string; readonly code: number }
  | { readonly at: "content"; readonly code: number }
  | "silence";

export interface MailWorld {
  readonly driver: MailDriver;
  /** From whom the driver's URL says that mails come. */
  readonly from: string;
  readonly arrived: readonly ArrivedMail[];
  answer(answer: Answer): void;
  forget(): void;
  close(): Promise<void>;
}

const now = Date.UTC(2027, 2, 28, 0, 59, 50);

export function testMailDriver(title: string, openWorld: () => Promise<MailWorld>): void {
  describe(title, () => {
    let world: MailWorld;
    beforeAll(async () => {
      world = await openWorld();
    }, 60_000);
    afterAll(() => world.close(), 60_000);
    beforeEach(() => {
      world.answer("take");
      world.forget();
    });

    const sender = (signal: AbortSignal = new AbortController().signal): MailSender => {
      const ambient = { clock: { now: () => now }, ids: { next: () => "01JEXAMPLE" }, signal };
      return mail("reports").connect(world.driver, "send", ambient as unknown as Ambient) as MailSender;
    };
    const plain = { to: "ops@example.org", subject: "Report", text: "All is well.\n" };

    it("delivers text and HTML as they were given, whatever they hold", async () => {
      const text = 'Zürich · 東京 · 🕰\n.\n..two dots\n\nFrom the start\n"quoted" = 100 %\n';
      const html = `<p>Zürich ${"long ".repeat(500)}</p>`;
      const long = `Grüße aus Köln ${"und anderswo ".repeat(20)}und Bonn`;
      await sender().send({ ...plain, subject: long, text, html });
      expect(world.arrived).toHaveLength(1);
      const [{ subject, text: got, html: gotHtml } = {} as ArrivedMail] = world.arrived;
      expect(subject).toBe(long);
      expect(got).toBe(text);
      expect(gotHtml?.trim()).toBe(html);
    });

    it("comes from the operator's address, at the time of the clock, with an id that can be given", async () => {
      const { id, refused } = await sender().send(plain);
      expect([id, refused]).toEqual(["01JEXAMPLE", []]);
      await sender().send(plain, { id: "report@2027-03-28T01:00:00Z" });
      await sender().send(plain, { id: "report@2027-03-28T01:00:00Z" });
      const [first, second, third] = world.arrived;
      expect(first?.from).toBe(world.from);
      expect(first?.date).toEqual(new Date(now));
      expect(first?.messageId).toContain("01JEXAMPLE@");
      expect(second?.messageId).toBe(third?.messageId);
      expect(second?.messageId).not.toBe(first?.messageId);
    });

    it("reaches every address, and headers come along", async () => {
      const to = ["ops@example.org", "Night shift <night@example.org>"];
      await sender().send({ ...plain, to, headers: { "List-Unsubscribe": "<https://example.org/u?x=1>" } });
      expect(world.arrived.flatMap((one) => one.to).sort()).toEqual(["night@example.org", "ops@example.org"]);
      expect(world.arrived[0]?.headers.has("list")).toBe(true);
    });

    it.each([
      [{ ...plain, subject: "Report\r\nBcc: victim@example.com" }, /subject must be one line/],
      [{ ...plain, subject: "Report\nX: y" }, /subject must be one line/],
      [{ ...plain, to: "ops@example.org\r\nBcc: victim@example.com" }, /to\.0 must be an address/],
      [{ ...plain, to: "ops@example.org, victim@example.com" }, /to\.0 must be an address/],
      [{ ...plain, to: "a@example.org>\r\nDATA <b@example.org" }, /to\.0 must be an address/],
      [{ ...plain, to: [] }, /to must be 1 to/],
      [{ ...plain, headers: { "X-Note": "a\r\n\r\nbody" } }, /headers\.X-Note must be one line/],
      [{ ...plain, headers: { "X-A\r\nBcc": "victim@example.com" } }, /names of letters/],
      [{ ...plain, headers: { Bcc: "victim@example.com" } }, /written by the port itself/],
      [{ ...plain, headers: { "content-type": "text/html" } }, /written by the port itself/],
    ])("carries no header inside another: %j", async (given, reason) => {
      await expect(sender().send(given)).rejects.toMatchObject({
        code: "invalid",
        message: expect.stringMatching(reason),
      });
      expect(world.arrived).toEqual([]);
    });

    it("is refused before it is sent when it is too large", async () => {
      const sending = sender().send({ ...plain, text: "x".repeat(maxMailBytes + 1) });
      await expect(sending).rejects.toMatchObject({ code: "too_large" });
      expect(world.arrived).toEqual([]);
    });

    it.each([
      [{ at: "recipient", address: "ops@example.org", code: 550 }, "unprocessable"],
      [{ at: "recipient", address: "ops@example.org", code: 450 }, "unavailable"],
      [{ at: "content", code: 554 }, "unprocessable"],
      [{ at: "content", code: 552 }, "too_large"],
      [{ at: "content", code: 451 }, "unavailable"],
      [{ at: "content", code: 421 }, "unavailable"],
    ] as const)("%j: is %s", async (answer, code) => {
      world.answer(answer);
      await expect(sender().send(plain)).rejects.toMatchObject({
        code,
        message: expect.stringContaining(`${answer.code}`),
      });
      world.answer("take");
      await sender().send(plain);
      expect(world.arrived).toHaveLength(1);
    });

    it("names the addresses that were refused while others were taken", async () => {
      world.answer({ at: "recipient", address: "gone@example.org", code: 550 });
      const { refused } = await sender().send({ ...plain, to: ["gone@example.org", "ops@example.org"] });
      expect(refused).toEqual([{ address: "gone@example.org", reason: expect.stringContaining("550") }]);
      expect(world.arrived.flatMap(({ to }) => to)).toContain("ops@example.org");
    });

    it("ends with the invocation when there is no answer", async () => {
      world.answer("silence");
      const controller = new AbortController();
      const sending = sender(controller.signal).send(plain);
      controller.abort();
      await expect(sending).rejects.toMatchObject({ code: "timeout" });
      await expect(sender(AbortSignal.abort()).send(plain)).rejects.toMatchObject({ code: "timeout" });
    });
  });
}
