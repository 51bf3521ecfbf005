import { defineHandler } from "nitro/h3";

export default defineHandler(({ context }) => ({
  greeting: `Hello, ${context.params.name}!`,
  at: new Date().toISOString(),
}));
