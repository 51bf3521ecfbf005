import { defineFunction, schedule } from "@faasade/core";

export default defineFunction({ name: "never", trigger: schedule("99 * * * *"), handle: () => {} });
