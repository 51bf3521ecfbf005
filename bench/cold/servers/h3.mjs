import { H3, serve } from "h3";

const app = new H3();
app.get("/:name", ({ context }) => ({
  greeting: `Hello, ${context.params.name}!`,
  at: new Date().toISOString(),
}));
serve(app, { port: Number(process.env.PORT), silent: true });
