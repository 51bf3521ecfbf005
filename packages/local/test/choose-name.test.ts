import { describe, expect, it } from "vitest";
import { chooseName } from "../src/control/choose-name.ts";

const known = ["shop/orders", "store/orders", "shop/mails", "orders/shop", "shop/mails"];
const choose = (name: string, among: readonly string[] = known): string =>
  chooseName("queue", name, among, (message) => new Error(message));

describe("a name", () => {
  it("means what is named so as a whole, or what alone ends so", () => {
    expect(choose("store/orders")).toBe("store/orders");
    expect(choose("mails")).toBe("shop/mails");
  });

  it("that means several things is refused with what to write instead", () => {
    expect(() => choose("orders")).toThrow(
      "Cannot tell which queue is meant by orders: several are named so. Write shop/orders or store/orders.",
    );
  });

  it("that means nothing is refused with all there are", () => {
    expect(() => choose("order")).toThrow(
      "Cannot find the queue order: nothing is named so. There are: orders/shop, shop/mails, shop/orders, store/orders.",
    );
    expect(() => choose("order", [])).toThrow("There are: none.");
  });
});
