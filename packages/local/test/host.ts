// A host process for tests: starts a world and says where it is; ends on SIGTERM as the command does.
import type { Page } from "../src/control/server.ts";
import type { Engines } from "../src/engines/engines.ts";
import { homeAt, World } from "../src/index.ts";

const [root = "", data = "", ...only] = process.argv.slice(2);

const file = { body: Buffer.from("the page"), contentType: "text/plain", cacheControl: "no-store" };
const page = async (): Promise<Page> => ({ headers: {}, files: new Map([["/", file]]) });

const home = homeAt(root, { FAASADE_DATA: data });
const engines = JSON.parse(process.env["TEST_ENGINES"] ?? "{}") as Engines;
const world = await World.start({ home, only, engines, page }).catch((error: Error) => {
  process.send?.({ error: error.message });
  process.exit(1);
});
process.send?.({ page: world.pageUrl, gateway: world.gatewayOrigin, token: world.token });
process.on("SIGTERM", () => void world.stop().then(() => process.exit(0)));
process.on("disconnect", () => void world.stop().then(() => process.exit(0)));
