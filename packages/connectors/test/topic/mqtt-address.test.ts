// MQTT URLs, filters and keys.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { keyOf, parseAddress, topicOf } from "../../src/topic/mqtt/address.ts";
import { open } from "../../src/topic/mqtt.ts";

const level = fc.stringMatching(/^[a-z0-9 ü]{1,6}$/);
const filter = fc.array(fc.oneof(level, fc.constant("+")), { minLength: 1, maxLength: 5 });

describe("an MQTT address", () => {
  it("is a broker, a topic filter and what may be out", () => {
    expect(parseAddress("mqtts://broker.example.org/devices/+/%23?window=10", "readings")).toEqual({
      host: "broker.example.org",
      port: 8883,
      tls: true,
      filter: "devices/+/#",
      deadLetters: "faasade/dead-letters/readings",
      window: 10,
    });
    expect(parseAddress("mqtt://[::1]:99/a?dead-letters=x/y", "r")).toMatchObject({
      host: "::1",
      port: 99,
      tls: false,
      filter: "a",
      deadLetters: "x/y",
    });
  });

  it.each([
    ["https://broker/a", "none of MQTT"],
    ["mqtt://me:secret@broker/a", "credentials"],
    ["mqtt://broker/a/#", "%23"],
    ["mqtt://broker/", "no topic filter"],
    ["mqtt://broker/a+/b", "no topic filter"],
    ["mqtt://broker/%23/b", "no topic filter"],
    ["mqtt://broker/a?window=0", "window"],
  ])("refuses %s", (url, why) => {
    expect(() => parseAddress(url, "readings")).toThrow(why);
    expect(() => parseAddress(url, "readings")).not.toThrow("secret");
  });

  it("lets no password cross a network unencrypted", () => {
    const options = { name: "readings", clock: { now: () => 0 }, configuration: () => "me" };
    expect(() => open("mqtt://broker.example.org/a", options)).toThrow("Use mqtts://broker.example.org");
    expect(() => open("mqtts://broker.example.org/a", options)).not.toThrow();
  });

  it("finds in a topic the key it was made of", () => {
    fc.assert(
      fc.property(
        filter,
        fc.boolean(),
        fc.array(level, { minLength: 1, maxLength: 9 }),
        (levels, open, parts) => {
          const pluses = levels.filter((one) => one === "+").length;
          const key = parts.slice(0, open ? undefined : pluses);
          fc.pre(key.length >= pluses);
          const wanted = [...levels, ...(open ? ["#"] : [])].join("/");
          const topic = topicOf(wanted, key.join("/"));
          expect(keyOf(wanted, topic)).toBe(key.join("/"));
          expect(keyOf(wanted, `x${topic}`) === undefined || levels[0] === "+" || wanted === "#").toBe(true);
        },
      ),
    );
  });

  it.each([
    ["devices/+/readings", "devices/ewr/readings", "ewr"],
    ["devices/+/readings", "devices/ewr/a/readings", undefined],
    ["devices/+/readings", "devices/ewr", undefined],
    ["a/#", "a", ""],
    ["a/#", "a/b/c", "b/c"],
    ["#", "$SYS/x", "$SYS/x"],
    ["+/x", "$SYS/x", undefined],
    ["a", "a", ""],
  ])("reads by %s of %s the key %s", (wanted, topic, key) => expect(keyOf(wanted, topic)).toBe(key));

  it.each([
    ["devices/+/readings", undefined],
    ["devices/+/readings", "a/b"],
    ["devices/+/readings", "+"],
    ["devices/+/readings", "#"],
    ["alerts", "ewr"],
  ])("has for %s no place for the key %s", (wanted, key) => {
    expect(() => topicOf(wanted, key)).toThrow(/the key stands in the place|Cannot send/);
  });
});
