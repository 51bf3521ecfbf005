// The pictures among the objects that came of something: the first few, when they are small.
import { type Chain, flatten } from "../causes.ts";
import { listObjects, readObject } from "../control.ts";
import { qualified } from "../names.ts";
import { looksLikePicture, Picture } from "../parts/picture.tsx";
import { world } from "../state.ts";

const mostPictures = 6;
const mostBytes = 2_000_000;

export function Pictures({ chains }: { readonly chains: readonly Chain[] }) {
  const created = chains
    .flatMap(flatten)
    .filter(({ kind, title }) => kind === "event" && title.endsWith(".object.created"))
    .flatMap(({ app, detail }) => (app === undefined || detail === undefined ? [] : [{ app, key: detail }]))
    .filter(({ key }) => looksLikePicture(key));
  const distinct = new Map(created.map((object) => [qualified(object.app, object.key), object]));
  const first = [...distinct.entries()].slice(0, mostPictures);
  if (first.length === 0) return null;
  return (
    <div class="pictures">
      {first.map(([id, { app, key }]) => (
        <Picture key={id} name={key} read={() => readPicture(app, key)} />
      ))}
    </div>
  );
}

/** An event does not name its store: what several of the app's stores hold, or none, is left out. */
async function readPicture(app: string, key: string): Promise<Blob | undefined> {
  const stores = world.peek()?.apps.find(({ name }) => name === app)?.stores ?? [];
  const looked = stores.map(async ({ name }) => {
    const store = qualified(app, name);
    // Keys come in order, so that the one that is the whole prefix comes first.
    const [object] = (await listObjects(store, key)).objects;
    return object?.key === key ? [{ store, size: object.size }] : [];
  });
  const [found, another] = (await Promise.all(looked)).flat();
  if (found === undefined || another !== undefined || found.size > mostBytes) return undefined;
  const blob = await readObject(found.store, key);
  return blob.type.startsWith("image/") ? blob : undefined;
}
