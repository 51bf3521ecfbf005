// Failures: a closed code, the words of the database, none of the values.
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import type { Databases } from "../conformance.ts";
import type { SqlSession } from "../driver.ts";

export function testErrors({ driver, other, newName, harness }: Databases): void {
  const failure = async (work: (session: SqlSession) => Promise<unknown>, options = {}) => {
    const error: unknown = await driver()
      .transaction(work, options)
      .then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
    expect(error).toBeInstanceOf(Error);
    return error as Error & { readonly cause?: unknown };
  };

  describe("errors", () => {
    it("calls a broken unique constraint a conflict that names it and shows no value", async () => {
      const table = newName();
      await driver().execute(
        `create table ${table} (n text primary key); insert into ${table} values ('s3cret')`,
      );
      const error = await failure((session) => session.query(`insert into ${table} values ($1)`, ["s3cret"]));
      expect(error).toMatchObject({
        code: "conflict",
        cause: { sqlState: "23505", constraint: `${table}_pkey`, table },
      });
      expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("s3cret");
    });

    it("reports a constraint that is checked at commit", async () => {
      const table = newName();
      await driver().execute(
        `create table ${table} (n int, constraint ${table}_once unique (n) deferrable initially deferred)`,
      );
      const error = await failure((session) => session.query(`insert into ${table} values (1), (1)`));
      expect(error).toMatchObject({ code: "conflict", cause: { constraint: `${table}_once` } });
    });

    it("forbids changes in a read-only transaction", async () => {
      const table = newName();
      await driver().execute(`create table ${table} (n int)`);
      const error = await failure((session) => session.query(`insert into ${table} values (1)`), {
        readOnly: true,
      });
      expect(error).toMatchObject({ code: "forbidden" });
    });

    it("calls a statement that cannot be understood internal, with the words of the database", async () => {
      const error = await failure((session) => session.query("selec 1"));
      expect(error).toMatchObject({ code: "internal", cause: { sqlState: "42601" } });
      expect(error.message).toContain("syntax error");
    });

    if (harness.sessions === "many")
      it("calls a lost race of serializable transactions unavailable", async () => {
        const table = newName();
        await driver().execute(`create table ${table} (n int); insert into ${table} values (0)`);
        const barrier = Promise.withResolvers<void>();
        let ready = 0;
        const race = (session: SqlSession) =>
          (async () => {
            await session.query(`select n from ${table}`);
            ready += 1;
            if (ready === 2) barrier.resolve();
            await barrier.promise;
            await session.query(`update ${table} set n = n + 1`);
          })();
        const outcomes = await Promise.allSettled(
          [driver(), other()].map((one) => one.transaction(race, { isolation: "serializable" })),
        );
        expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
        const lost = outcomes.find((outcome) => outcome.status === "rejected");
        expect(lost?.reason).toMatchObject({ code: "unavailable", cause: { sqlState: "40001" } });
      });
  });
}
