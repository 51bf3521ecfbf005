// The SMTP driver against a real server, and what its URL may say.
import { afterEach, describe, expect, it } from "vitest";
import { testMailDriver } from "../../src/mail/conformance.ts";
import { isAddress } from "../../src/mail/index.ts";
import { open } from "../../src/mail/smtp.ts";
import { readSmtpUrl } from "../../src/mail/smtp-url.ts";
import { type SmtpTarget, startSmtpTarget } from "./smtp-target.ts";

const from = encodeURIComponent("Reports <reports@example.org>");
const outgoing = { to: ["ops@example.org"], subject: "s", text: "t", headers: {}, id: "1", sentAt: 0 };

testMailDriver("mail by SMTP", async () => {
  const target = await startSmtpTarget();
  const driver = open(`smtp://127.0.0.1:${target.port}?from=${from}`);
  return {
    driver,
    from: '"Reports" <reports@example.org>',
    arrived: target.arrived,
    answer: (answer) => {
      target.answer = answer;
    },
    forget: () => void target.arrived.splice(0),
    close: async () => {
      await driver.close();
      await target.close();
    },
  };
});

describe("the SMTP driver", () => {
  const targets: SmtpTarget[] = [];
  const start = async (options = {}): Promise<SmtpTarget> => {
    const target = await startSmtpTarget(options);
    targets.push(target);
    return target;
  };
  afterEach(() => Promise.all(targets.splice(0).map((target) => target.close())));

  it("signs in with what its URL holds, and says nothing of it when that is wrong", async () => {
    const { port, arrived } = await start();
    await open(`smtp://robot:s3cret%2Fword@127.0.0.1:${port}?from=${from}`).send(outgoing);
    expect(arrived).toHaveLength(1);
    const wrong = open(`smtp://robot:wr0ng@127.0.0.1:${port}?from=${from}`).send(outgoing);
    // The operator can mend it, so the mail comes again.
    await expect(wrong).rejects.toMatchObject({
      code: "unavailable",
      message: expect.not.stringContaining("wr0ng"),
    });
  });

  it("can be tried again where nobody listens, and where the certificate is nobody's", async () => {
    const { port, close } = await startSmtpTarget();
    await close();
    await expect(open(`smtp://127.0.0.1:${port}?from=${from}`).send(outgoing)).rejects.toMatchObject({
      code: "unavailable",
    });
    const secure = await start({ secure: true });
    const driver = open(`smtps://localhost:${secure.port}?from=${from}`);
    await expect(driver.send(outgoing)).rejects.toMatchObject({ code: "unavailable" });
    expect(secure.arrived).toEqual([]);
  });
});

describe("a URL for mail", () => {
  it("says whether TLS begins at once, is upgraded to, or is left out on this machine", () => {
    const tls = (url: string) => readSmtpUrl(url).tls;
    expect(tls(`smtps://mail.example.org?from=${from}`)).toBe("start");
    expect(tls(`smtp://mail.example.org?from=${from}`)).toBe("upgrade");
    expect(tls(`smtp://relay.internal?tls=off&from=${from}`)).toBe("none");
    expect(tls(`smtp://127.0.0.1:25?from=${from}`)).toBe("none");
    expect(readSmtpUrl(`smtps://a%40b:p%3A%2F@mail.example.org?from=${from}`)).toMatchObject({
      port: 465,
      from: "Reports <reports@example.org>",
      credentials: { user: "a@b", pass: "p:/" },
    });
  });

  it.each([
    ["https://u:hunter2@mail.example.org", /no such URL/],
    ["smtp:///?from=a@b", /no such URL/],
    ["smtps://u:hunter2@mail.example.org", /from is no address/],
    ["smtps://u:hunter2@mail.example.org?from=nobody", /from is no address/],
    ["smtps://u:hunter2@mail.example.org?from=a@b&tls=off", /never without TLS/],
    ["smtp://u:hunter2@mail.example.org?from=a@b&tls=off", /in the clear/],
    ["smtp://u:hunter2@mail.example.org?from=a@b&tls=maybe", /neither on nor off/],
    ["smtp://u:hunter2@mail.example.org?from=a@b&pool=true", /parameters besides/],
  ])("%s is refused, and the password is not said", (url, reason) => {
    expect(() => open(url)).toThrow(reason);
    expect(() => open(url)).not.toThrow(/hunter2/);
  });
});

describe("an address", () => {
  it.each([
    "a@example.org",
    "a.b+c@example.org",
    "Jürgen <jürgen@bücher.example>",
    "a@localhost",
    "A <a@b.c>",
  ])("is %s", (text) => expect(isAddress(text)).toBe(true));
  it.each([
    "",
    "a",
    "@b.c",
    "a@",
    "a@b..c",
    "a b@c.d",
    "a@b.c, d@e.f",
    "<a@b.c>",
    "A <a@b.c> <d@e.f>",
    "A\n <a@b.c>",
    "A, B <a@b.c>",
    `${"a".repeat(300)}@b.c`,
  ])("is not %j", (text) => expect(isAddress(text)).toBe(false));
});
