// Calls to functions by name: the host knows where each lives.
import type { LocalDriver } from "./local-driver.ts";

export const functionCalls: LocalDriver = (_resource, { app, callSocket }) => ({
  url: callSocket,
  load: async () => ({
    open: async (socket) => (await import("../call-driver.ts")).openCalls(socket, app),
  }),
});
