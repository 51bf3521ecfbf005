import { describe, expect, it, vi } from "vitest";
import { nextDue, ScheduleError, schedule } from "../src/index.ts";

function next(cron: string, timeZone: string, after: string): string {
  return new Date(nextDue(schedule({ cron, timeZone }), Date.parse(after))).toISOString();
}

describe("a time zone", () => {
  it.each(["Mars/Olympus", "", "+02:00", "Europe/Berlin; DROP TABLE"])(
    "%j is refused with what to give",
    (timeZone) => {
      expect(() => schedule({ cron: "@daily", timeZone })).toThrow(ScheduleError);
      expect(() => schedule({ cron: "@daily", timeZone })).toThrow(
        /knows no such zone.*IANA name such as "Europe\/Berlin"/,
      );
    },
  );

  it("is UTC unless given, and may be written in any case", () => {
    expect(schedule({ cron: "@daily" }).timeZone).toBe("UTC");
    expect(next("0 12 * * *", "europe/BERLIN", "2026-06-01T00:00Z")).toBe("2026-06-01T10:00:00.000Z");
  });

  it("follows half hours and quarters", () => {
    expect(next("0 12 * * *", "Asia/Kolkata", "2026-06-01T00:00Z")).toBe("2026-06-01T06:30:00.000Z");
    expect(next("0 12 * * *", "Asia/Kathmandu", "2026-06-01T00:00Z")).toBe("2026-06-01T06:15:00.000Z");
  });

  it("follows summer time reversed for Ramadan in Morocco", () => {
    expect(next("0 12 * * *", "Africa/Casablanca", "2026-02-14T00:00Z")).toBe("2026-02-14T11:00:00.000Z");
    expect(next("0 12 * * *", "Africa/Casablanca", "2026-02-16T00:00Z")).toBe("2026-02-16T12:00:00.000Z");
    expect(next("0 12 * * *", "Africa/Casablanca", "2026-03-23T00:00Z")).toBe("2026-03-23T11:00:00.000Z");
  });

  it("sees the shortest change on record, one week of summer time in Recife", () => {
    expect(next("0 12 * * *", "America/Recife", "2000-10-07T00:00Z")).toBe("2000-10-07T15:00:00.000Z");
    expect(next("0 12 * * *", "America/Recife", "2000-10-10T00:00Z")).toBe("2000-10-10T14:00:00.000Z");
    expect(next("0 12 * * *", "America/Recife", "2000-10-16T00:00Z")).toBe("2000-10-16T15:00:00.000Z");
  });

  it("knows offsets with seconds, from before standard time", () => {
    expect(next("0 12 * * *", "America/Sao_Paulo", "1900-01-01T00:00Z")).toBe("1900-01-01T15:06:28.000Z");
  });

  it("does not touch Intl for UTC, whose first use costs milliseconds, and once for another zone", async () => {
    vi.resetModules();
    const original = Intl.DateTimeFormat;
    let made = 0;
    Intl.DateTimeFormat = new Proxy(original, {
      construct(target, args: ConstructorParameters<typeof Intl.DateTimeFormat>) {
        made += 1;
        return new target(...args);
      },
    });
    try {
      const fresh = await import("../src/index.ts");
      for (const timeZone of ["UTC", "Etc/UTC"])
        fresh.nextDue(fresh.schedule({ cron: "@daily", timeZone }), 0);
      expect(made).toBe(0);
      for (const cron of ["@daily", "@hourly"]) {
        fresh.nextDue(fresh.schedule({ cron, timeZone: "Indian/Chagos" }), 0);
      }
      expect(made).toBe(1);
    } finally {
      Intl.DateTimeFormat = original;
    }
  });
});
