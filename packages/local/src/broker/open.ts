// The broker of a world: its apps' credentials, its devices' keys, its topics.
import { toVariable } from "@faasade/core/adapter";
import { secretsFolder } from "../home.ts";
import { openSecrets } from "../secrets.ts";
import type { World } from "../world.ts";
import { type Broker, openBroker } from "./broker.ts";
import { Guard } from "./guard.ts";

export function openWorldBroker(world: World): Promise<Broker> {
  const { home, logs, clock, topics } = world;
  const guard = new Guard({
    appToken: world.pipeToken,
    operatorToken: world.token,
    keyOf: (app, topic) => openSecrets(secretsFolder(home, app))(`${toVariable(topic)}_KEY`),
  });
  return openBroker({
    guard,
    onMessage: (message) => topics.take(message),
    onRefusal: (reason) => logs.output("faasade", reason, clock.now(), "warn"),
  });
}
