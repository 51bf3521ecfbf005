import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseCrontab, ScheduleError } from "../src/index.ts";

const file = `# nightly chores
SHELL=/bin/sh
MAILTO = "ops@example.org, night@example.org"
CRON_TZ=Europe/Berlin

30 2 * * *   prune-objects  archive --keep-days 30 # not a comment
@daily send-statistics
CRON_TZ='America/New_York'
MAILTO=""
RANDOM_DELAY=6
*/5 9-17 * * mon-fri probe-uptime https://example.org/?a=1\\%202%first%second \\% third
`;

function reasons(text: string): string[] {
  return parseCrontab(text).problems.map(({ line, reason }) => `${line}: ${reason}`);
}

describe("a crontab", () => {
  const { entries, problems } = parseCrontab(file);

  it("gives each line its schedule, zone and command; comments stand on lines of their own", () => {
    expect(problems).toEqual([]);
    expect(
      entries.map(({ line, cron, timeZone, command }) => [line, cron.expression, timeZone, command]),
    ).toEqual([
      [6, "30 2 * * *", "Europe/Berlin", "prune-objects  archive --keep-days 30 # not a comment"],
      [7, "0 0 * * *", "Europe/Berlin", "send-statistics"],
      [11, "*/5 9-17 * * mon-fri", "America/New_York", "probe-uptime https://example.org/?a=1%202"],
    ]);
  });

  it("ends a command at the first % and gives it the rest as input, a line each", () => {
    expect(entries.map(({ input }) => input)).toEqual([undefined, undefined, "first\nsecond % third"]);
  });

  it("holds a variable for the lines below it, quotes and spaces taken off", () => {
    expect(entries.map(({ mailTo }) => mailTo)).toEqual([
      ["ops@example.org", "night@example.org"],
      ["ops@example.org", "night@example.org"],
      [],
    ]);
    expect(entries.map(({ randomDelayMinutes }) => randomDelayMinutes)).toEqual([0, 0, 6]);
    expect(entries[0]?.environment["SHELL"]).toBe("/bin/sh");
    expect(parseCrontab("@daily job").entries[0]?.mailTo).toBeUndefined();
  });

  it("of Windows reads the same", () => {
    expect(parseCrontab(file.replaceAll("\n", "\r\n"))).toEqual(parseCrontab(file));
  });

  it.each([
    ["0 10 * * ? * job", /"\?" is AWS and Quartz/],
    ["0 0 10 * * * job", undefined],
    ["@reboot job", /a start, not a time/],
    ["@every 5m job", /not a macro/],
    ["CRON_TZ=Mars/Olympus", /no such zone/],
    ["RANDOM_DELAY=soon", /whole minutes/],
    ["RANDOM_DELAY=-1", /whole minutes/],
    ["30 2 * * *", /no command/],
    ["30 2 * * * %only input", /no command/],
    ["30 2 * *", /found 4 fields/],
    ["61 * * * * job", /61 is outside 0-59/],
    ["H * * * * job", /Jenkins/],
  ])("%s: names its line and the reason", (line, reason) => {
    if (reason === undefined) return expect(parseCrontab(line).entries[0]?.command).toBe("* job");
    expect(reasons(`\n${line}\n@daily job`)).toEqual([expect.stringMatching(reason)]);
    expect(reasons(`\n${line}`)[0]).toMatch(/^2: /);
  });

  it("too long to be one is refused before it is read", () => {
    expect(() => parseCrontab("#".repeat((1 << 20) + 1))).toThrow(ScheduleError);
  });

  it("whatever it holds is read or refused by line, never thrown at", () => {
    const marks = fc.constantFrom(
      "*",
      "%",
      "\\%",
      "=",
      "@daily",
      " ",
      "\n",
      "0",
      "5",
      "#",
      "CRON_TZ",
      "x",
      "?",
    );
    fc.assert(
      fc.property(fc.array(marks, { maxLength: 60 }), (parts) => {
        const text = parts.join("");
        const { entries, problems } = parseCrontab(text);
        const lines = text.split("\n").filter((line) => line.trim() !== "" && !line.trim().startsWith("#"));
        expect(entries.length + problems.length).toBeLessThanOrEqual(lines.length);
        for (const { command } of entries) expect(command).not.toBe("");
      }),
      { numRuns: 500 },
    );
  });
});
