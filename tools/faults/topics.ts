/** Planted faults of topics, and of readings that come by them. */
import type { Fault } from "./fault.ts";

const mqtt = "packages/connectors/src/topic/mqtt";
const iot = "apps/iot-ingest";

export const topics: readonly Fault[] = [
  {
    name: "message acknowledged before it was handled",
    file: `${mqtt}/subscription.ts`,
    find: `    this.#wake?.();
  }

  #makeRoom`,
    replace: `    if (messageId !== undefined) connection.acknowledge(messageId);
    this.#wake?.();
  }

  #makeRoom`,
    tests: ["packages/connectors/test/topic/mqtt.test.ts"],
    only: "gets again",
  },
  {
    name: "message handled while its connection was gone, that comes again",
    file: `${mqtt}/window.ts`,
    find: `if (this.#ended.delete(id)) return false;`,
    replace: `this.#ended.delete(id);`,
    tests: ["packages/connectors/test/topic/mqtt-connection.test.ts"],
    only: "nor what was done meanwhile",
  },
  {
    name: "window without an end",
    file: `${mqtt}/subscription.ts`,
    find: `connection.pause();`,
    replace: `connection.resume();`,
    tests: ["packages/connectors/test/topic/mqtt-connection.test.ts"],
    only: "holds no more",
  },
  {
    name: "device told before its message is in the journal",
    file: "packages/local/src/broker/broker.ts",
    find: `  await onMessage({ topic, payload, id });`,
    replace: `  void onMessage({ topic, payload, id }).catch(() => {});`,
    tests: ["packages/local/test/topics.test.ts"],
    only: "kills later",
  },
  {
    name: "device that publishes for another",
    file: "packages/local/src/broker/guard.ts",
    find: `topic.startsWith(\`\${who.topic}/\`)`,
    replace: `topic.startsWith(who.topic)`,
    tests: ["packages/local/test/broker.test.ts"],
  },
  {
    name: "equal readings taken for one",
    file: "packages/local/src/broker/seen-before.ts",
    find: `const known = isAgain ? this.#ids.get(sending) : undefined;`,
    replace: `const known = this.#ids.get(sending);`,
    tests: ["packages/local/test/broker.test.ts"],
  },
  {
    name: "average of what was there before",
    file: `${iot}/src/store.ts`,
    find: `       from fresh group by 1, 2, 3`,
    replace: `       from readings group by 1, 2, 3`,
    tests: [`${iot}/test/properties.test.ts`],
    only: "keeps every good",
  },
  {
    name: "alert by a reading that comes late",
    file: `${iot}/src/judge.ts`,
    find: `if (watch !== undefined && at <= watch.at) continue;`,
    replace: ``,
    tests: [`${iot}/test/alerts.test.ts`],
  },
  {
    name: "reading that outlived its duplicate",
    file: `${iot}/src/measured-at.ts`,
    find: `if (at < now - rawDays * 24 * hour + hour)`,
    replace: `if (at < -now)`,
    tests: [`${iot}/test/ingest-readings.test.ts`],
    only: "waited in line",
  },
  {
    name: "device that posts for another",
    file: `${iot}/src/device-password.ts`,
    find: `\`\${device}:\${passwordOf(key, device)}\``,
    replace: `\`\${given.split(":")[0]}:\${passwordOf(key, given.split(":")[0] ?? "")}\``,
    tests: [`${iot}/test/http.test.ts`],
    only: "refused without its own",
  },
];
