import { defineFunction, schedule } from "@faasade/core";

export default defineFunction({ name: "yearly", trigger: schedule("0 0 1 1 *"), handle: () => {} });
