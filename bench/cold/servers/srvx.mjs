import { serve } from "srvx";

serve({
  port: Number(process.env.PORT),
  silent: true,
  fetch(request) {
    const name = decodeURIComponent(new URL(request.url).pathname.slice(1));
    return Response.json({ greeting: `Hello, ${name}!`, at: new Date().toISOString() });
  },
});
