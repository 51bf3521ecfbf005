// What the servers beside it do by hand: reads one event, and accepts it.
import { called, defineFunction, type Schema } from "@faasade/core";

interface Order {
  readonly items: readonly unknown[];
}

const order: Schema<Order> = checked((value) => Array.isArray((value as Order | undefined)?.items));
const nothing: Schema<void> = checked((value) => value === undefined);

export default defineFunction({
  name: "take",
  trigger: called({ input: order, output: nothing }),
  async handle({ data }) {
    if (data.items.length !== 16) throw new Error("Expected 16 items.");
  },
});

function checked<Value>(isValid: (value: unknown) => boolean): Schema<Value> {
  const validate = (value: unknown) =>
    isValid(value) ? { value: value as Value } : { issues: [{ message: "Expected something else." }] };
  return { "~standard": { version: 1, vendor: "bench", validate } };
}
