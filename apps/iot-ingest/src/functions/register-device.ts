import { defineFunction, empty, FunctionError, http, json, write } from "@faasade/core";
import { passwordOf } from "../device-password.ts";
import { readingsKey } from "../resources/readings-key.ts";
import { telemetry } from "../resources/telemetry.ts";

export default defineFunction({
  name: "register-device",
  trigger: http({
    "PUT /devices/{device}": { auth: "platform" },
    "DELETE /devices/{device}": { auth: "platform" },
  }),
  uses: { telemetry: write(telemetry), key: readingsKey },
  async handle(request, { telemetry, key, clock }) {
    const { device = "" } = request.params;
    if (!/^[A-Za-z0-9][\w.-]{0,99}$/.test(device))
      throw new FunctionError(
        "invalid",
        "Cannot register it: a device's name is letters, digits, _, . and -.",
      );
    const blocked = request.method === "DELETE";
    await telemetry.query`
      insert into devices (device, blocked, heard_at) values (${device}, ${blocked}, ${clock.now()})
      on conflict (device) do update set blocked = excluded.blocked`;
    return blocked ? empty() : json({ device, password: passwordOf(await key.get(), device) });
  },
});
