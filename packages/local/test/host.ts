// A host process for tests: starts a world and says where it is; ends on SIGTERM as the command does.
import { homeAt, World } from "../src/index.ts";

const [root = "", data = "", ...only] = process.argv.slice(2);

const world = await World.start({ home: homeAt(root, { FAASADE_DATA: data }), only }).catch(
  (error: Error) => {
    process.send?.({ error: error.message });
    process.exit(1);
  },
);
process.send?.({ page: world.pageUrl, gateway: world.gatewayOrigin, token: world.token });
process.on("SIGTERM", () => void world.stop().then(() => process.exit(0)));
process.on("disconnect", () => void world.stop().then(() => process.exit(0)));
