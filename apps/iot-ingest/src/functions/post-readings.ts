import { createHash } from "node:crypto";
import { defineFunction, FunctionError, http, json, write } from "@faasade/core";
import { isDevice } from "../device-password.ts";
import { readMessage } from "../read-message.ts";
import { limits } from "../resources/limits.ts";
import { readingsKey } from "../resources/readings-key.ts";
import { rules } from "../resources/rules.ts";
import { telemetry } from "../resources/telemetry.ts";
import { store } from "../store.ts";

/** What comes on top is asked to come later, before it fills the memory. */
const mostAtOnce = 16;
let atOnce = 0;

export default defineFunction({
  name: "post-readings",
  trigger: http("POST /devices/{device}/readings", { auth: "public", maxBodyBytes: 256 << 10 }),
  uses: { telemetry: write(telemetry), key: readingsKey, limits, rules },
  async handle(request, { telemetry, key, limits, rules, clock }) {
    const { device } = request.params;
    if (!isDevice(request.headers.get("authorization"), await key.get(), device))
      throw new FunctionError("unauthenticated", "Cannot take readings: wrong device or password.", {
        headers: { "www-authenticate": 'Basic realm="devices"' },
      });
    if (atOnce >= mostAtOnce)
      throw new FunctionError("unavailable", "Cannot take readings: too many at once.", {
        retryAfterSeconds: 1,
      });
    atOnce += 1;
    try {
      const payload = await request.bytes();
      const now = clock.now();
      const id = `post:${createHash("sha256").update(device).update("/").update(payload).digest("base64url")}`;
      const said = readMessage({ id, device, receivedAt: now, payload }, limits, now);
      const { readings, duplicates, refusals } = await store(telemetry, [said], rules.alerts);
      const quarantined = refusals.map(({ id, reason }) => ({ id, reason }));
      return json({ stored: readings.length, duplicates, quarantined });
    } finally {
      atOnce -= 1;
    }
  },
});
