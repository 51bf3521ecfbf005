// Whether the page's port can be had.
import { once } from "node:events";
import { createServer } from "node:net";
import { findWorld, type Home } from "@faasade/local/control";
import type { Check } from "./checks.ts";

export async function checkPort(home: Home, wanted: string | undefined): Promise<Check> {
  const name = "Port";
  const port = Number(wanted ?? 0);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    return {
      name,
      state: "wrong",
      detail: `FAASADE_PORT is ${wanted}`,
      fix: "Set it to 0 to 65535, or not at all.",
    };
  const record = port === 0 ? undefined : (await findWorld(home))?.record;
  if (record !== undefined && Number(new URL(record.page).port) === port)
    return { name, state: "ok", detail: `${port}, in use by this world` };
  try {
    const server = createServer().listen(port, "127.0.0.1");
    await once(server, "listening");
    server.close();
    return { name, state: "ok", detail: port === 0 ? "any free one" : `${port} is free` };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === "EADDRINUSE" ? "is in use by another program" : `cannot be had (${code})`;
    return { name, state: "wrong", detail: `${port} ${why}`, fix: "Choose another FAASADE_PORT, or none." };
  }
}
