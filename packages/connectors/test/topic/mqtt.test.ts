// The mqtt driver under the suite of the topic port, on aedes.
import { expect } from "vitest";
import { testTopicDriver } from "../../src/topic/conformance.ts";
import { open } from "../../src/topic/mqtt.ts";
import { startBroker } from "./broker.ts";

testTopicDriver("mqtt on aedes", {
  async open() {
    const broker = await startBroker();
    let published = 0;
    broker.aedes.on("publish", (_packet, client) => {
      if (client !== null) published += 1;
    });
    const retained = new Map<string, { id: string; reason: string }>();
    await new Promise<void>((resolve) =>
      broker.aedes.subscribe(
        "faasade/dead-letters/#",
        ({ topic, payload, retain }, done) => {
          if (retain) retained.set(topic, JSON.parse(payload.toString()) as { id: string; reason: string });
          done();
        },
        resolve,
      ),
    );
    return {
      topic(name, clock) {
        const url = `mqtt://127.0.0.1:${broker.port}/${name}/+/readings`;
        const driver = open(url, { name, clock, configuration: () => undefined });
        return {
          // aedes acknowledges before it stores, and delivers twice to who connects in between.
          async publish(messages) {
            const sent = published + messages.length;
            await driver.publish(messages);
            await expect.poll(() => published, { interval: 1, timeout: 10_000 }).toBeGreaterThanOrEqual(sent);
          },
          subscribe: (subscriber) => driver.subscribe!(subscriber),
          close: () => driver.close(),
        };
      },
      deadLetters: async (name) =>
        [...retained]
          .filter(([topic]) => topic.startsWith(`faasade/dead-letters/${name}/`))
          .map(([, { id, reason }]) => ({ id, reason })),
      close: () => broker.close(),
    };
  },
});
