import { describe, expect, it } from "vitest";
import { OneAhead } from "../src/one-ahead.ts";

describe("one ahead", () => {
  it("saves one thing while the next is made, never two at once, in the order given", async () => {
    const log: string[] = [];
    const ends = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const ahead = new OneAhead();
    const work = (number: number) => async () => {
      log.push(`begin ${number}`);
      await ends[number]?.promise;
      log.push(`end ${number}`);
    };
    await ahead.save(work(0));
    log.push("made 1");
    const second = ahead.save(work(1));
    ends[0]?.resolve();
    await second;
    ends[1]?.resolve();
    await ahead.done();
    expect(log).toEqual(["begin 0", "made 1", "end 0", "begin 1", "end 1"]);
  });

  it("tells what failed to whoever comes next, and begins nothing more", async () => {
    const ahead = new OneAhead();
    await ahead.save(() => Promise.reject(new Error("full")));
    let begun = false;
    const next = ahead.save(async () => {
      begun = true;
    });
    await expect(next).rejects.toThrow("full");
    await expect(ahead.done()).rejects.toThrow("full");
    expect(begun).toBe(false);
  });

  it("waits in the end for what is under way, however it ends", async () => {
    const { promise, reject } = Promise.withResolvers<void>();
    let isOver = false;
    const leaving = (async () => {
      await using ahead = new OneAhead();
      await ahead.save(() => promise);
      throw new Error("cut off");
    })().finally(() => {
      isOver = true;
    });
    expect(isOver).toBe(false);
    reject(new Error("full"));
    await expect(leaving).rejects.toThrow("cut off");
  });
});
