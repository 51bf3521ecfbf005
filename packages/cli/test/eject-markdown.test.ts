import { describe, expect, it } from "vitest";
import { ejectedReadme, withoutLostLinks } from "../src/eject/markdown.ts";

const page = `# shop

Sells hats; see [queues](../../packages/connectors/src/queue/README.md).

![a hat](samples/hat.jpg), [more](https://example.org/hats), [below](#limits), [gone](../../docs/hats.md#felt).
`;

describe("the README of an ejected app", () => {
  const readme = ejectedReadme("shop", page, "0.1.0", ["queue/sqs"]);

  it("begins as the app's own, then says what to type, then goes on", () => {
    expect(readme.split("\n## ")[0]).toBe(
      "# shop\n\nSells hats; see [queues](packages/connectors/src/queue/README.md).\n",
    );
    expect(readme).toMatch(/## In this folder\n[\s\S]*npm ci [\s\S]*npm start [\s\S]*npm test [\s\S]*a hat/);
    expect(readme).toContain("`queue/sqs`");
    expect(ejectedReadme("shop", page, "0.1.0", [])).not.toContain("not here");
  });

  it("links to files where they are now, and leaves links elsewhere as they are", () => {
    expect(readme).toContain(
      "![a hat](apps/shop/samples/hat.jpg), [more](https://example.org/hats), [below](#limits)",
    );
  });
});

describe("a link to what stayed behind", () => {
  const there = new Set(["packages/connectors/src/queue/README.md", "apps/shop/samples"]);
  const kept = (text: string) => withoutLostLinks(text, "apps/shop/README.md", (path) => there.has(path));

  it("becomes its text, with or without a place on the page", () => {
    expect(kept("[gone](../../docs/hats.md#felt) and [too](./NOTICE)")).toBe("gone and too");
  });

  it("is told from links that still lead somewhere", () => {
    const text =
      "[queues](../../packages/connectors/src/queue/README.md#limits), [samples](samples/), [a](#b)";
    expect(kept(text)).toBe(text);
  });
});
