// Converts the samples in a process of its own and prints what the store then holds, key by key.
import { sample } from "../pictures.ts";
import { World } from "../world.ts";

await using world = await World.open();
for (const name of ["chelsea.jpg", "coffee.jpg", "rocket.jpg"])
  await world.convert(name, sample(name), "image/jpeg");
const signed = await world.request("POST", "/signed-urls", {
  body: '{"key":"rocket.jpg","w":300,"format":"avif"}',
});
const { pathname, search } = new URL(signed.json.url);
const { headers, bytes } = await world.request("GET", pathname + search);
console.log(
  JSON.stringify({ state: await world.state(), etag: headers["etag"], image: bytes.toString("base64") }),
);
