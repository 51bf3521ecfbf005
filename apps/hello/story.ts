// The story of hello.
import assert from "node:assert/strict";
import type { Story } from "@faasade/core/story";

const story: Story = [
  {
    title: "it greets whoever the path names",
    async run({ fetch }) {
      const reply = await fetch("/world");
      assert.equal(reply.status, 200);
      const { greeting } = (await reply.json()) as { greeting: string };
      assert.equal(greeting, "Hello, world!");
    },
  },
  {
    title: "its clock can be made to tick now",
    async run({ invoke }) {
      await invoke("tick");
    },
  },
];

export default story;
