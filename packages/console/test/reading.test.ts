// The page's own reading of streams, chains, routes and header fields.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chainFrom, chainThrough, idsOf, indexCauses, rootOf } from "../src/client/causes.ts";
import { readEvents } from "../src/client/sse.ts";
import { fillRoute, parametersOf, readHeaders } from "../src/client/try/route.ts";
import { entry, uploadStory } from "./world.ts";

describe("server-sent events", () => {
  const lineEnd = fc.constantFrom("\n", "\r\n", "\r");
  const told = fc.record({
    event: fc.constantFrom("entry", "log", "world"),
    data: fc.json(),
    comment: fc.boolean(),
    lineEnd,
  });

  it("are the same however the bytes are cut", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(told), fc.array(fc.nat(400)), async (events, cuts) => {
        const text = events.map(({ event, data, comment, lineEnd }) =>
          [...(comment ? [": still here"] : []), `event: ${event}`, `data:${data}`, "", ""].join(lineEnd),
        );
        // A CR that ends a stream may be half of a line end, so one more line follows.
        const bytes = new TextEncoder().encode(`${text.join("")}:\n`);
        const expected = events.map(({ event, data }) => ({ event, data: data.replace(/^ /, "") }));
        expect(await read(bytes, cuts)).toEqual(expected);
      }),
    );
  });

  it("join several lines of data, and leave out what is incomplete", async () => {
    const bytes = new TextEncoder().encode("data: a\ndata:\ndata: ü\n\ndata: never ended\n");
    expect(await read(bytes, [21, 22])).toEqual([{ event: "message", data: "a\n\nü" }]);
  });
});

describe("causes", () => {
  it("lead from the first cause to the last effect, attempts of one invocation together", () => {
    const causes = indexCauses([...uploadStory("a.jpg"), ...uploadStory("b.jpg")]);
    expect(rootOf(causes, "rendition-a.jpg")).toBe("put-a.jpg");
    const chain = chainThrough(causes, "try-a.jpg");
    expect(idsOf(chain)).toEqual(["put-a.jpg", "event-a.jpg", "try-a.jpg", "rendition-a.jpg"]);
    expect(chain.effects[0]?.effects[0]?.entries.map(({ attempt }) => attempt)).toEqual([1, 2]);
  });

  it("end in a circle as well, and where a cause is forgotten", () => {
    const circle = indexCauses([
      entry({ kind: "event", id: "a", cause: "b", title: "a" }),
      entry({ kind: "event", id: "b", cause: "a", title: "b" }),
      entry({ kind: "event", id: "c", cause: "gone", title: "c" }),
    ]);
    expect(idsOf(chainFrom(circle, "a"))).toEqual(["a", "b"]);
    expect(idsOf(chainThrough(circle, "b"))).toContain("a");
    expect(rootOf(circle, "c")).toBe("c");
  });
});

describe("a route", () => {
  it("takes its parameters encoded, and the slashes of the rest as they are", () => {
    const path = "/a/{one}/{rest+}";
    expect(parametersOf(path)).toEqual([
      { name: "one", rest: false },
      { name: "rest", rest: true },
    ]);
    expect(fillRoute(path, (name) => `${name}/ü`)).toBe("/a/one%2F%C3%BC/rest/%C3%BC");
  });

  it("reads header fields a line each, and refuses a line without a name", () => {
    expect(readHeaders("Accept:  image/webp \n\nx-a:b:c")).toEqual({ accept: "image/webp", "x-a": "b:c" });
    expect(() => readHeaders("image/webp")).toThrow('Cannot read the header "image/webp"');
  });
});

async function read(bytes: Uint8Array, cuts: readonly number[]) {
  const ends = [...cuts.filter((cut) => cut < bytes.length).toSorted((a, b) => a - b), bytes.length];
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const [index, end] of ends.entries()) controller.enqueue(bytes.slice(ends[index - 1] ?? 0, end));
      controller.close();
    },
  });
  const events = await Array.fromAsync(readEvents(body));
  return events.filter((event) => event !== undefined);
}
