// The gallery's page: plain HTML whose script asks for gallery.json and draws what came, as text and never as markup.
import { createHash } from "node:crypto";

const style = `
:root { color-scheme: light dark; --edge: color-mix(in srgb, currentColor 18%, transparent); --accent: #0b66c3; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --accent: #7db8ff; --bad: #ffb4ab; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 1.5rem; font: 1rem/1.5 system-ui, sans-serif; }
h1 { margin: 0; font-size: 1.6rem; letter-spacing: -0.01em; }
h2 { margin: 2rem 0 0.75rem; font-size: 1.1rem; }
header p { margin: 0.25rem 0 1.25rem; max-width: 44rem; }
.drop { display: block; padding: 2rem 1rem; border: 2px dashed var(--edge); border-radius: 1rem; text-align: center; cursor: pointer; }
.drop:hover, .drop.over, .drop:focus-within { border-color: var(--accent); background: color-mix(in srgb, var(--accent) 8%, transparent); }
.drop input { display: block; margin: 0.75rem auto 0; max-width: 100%; font: inherit; }
#status { min-height: 1.5em; margin: 0.75rem 0 0; }
.grid { display: grid; gap: 1.25rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 22rem), 1fr)); padding: 0; margin: 0; list-style: none; }
.card { border: 1px solid var(--edge); border-radius: 1rem; overflow: hidden; display: flex; flex-direction: column; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 2px; background: var(--edge); }
figure { margin: 0; position: relative; background: Canvas; }
figure img { display: block; width: 100%; aspect-ratio: 4 / 3; object-fit: cover; }
figcaption { position: absolute; left: 0.5rem; bottom: 0.5rem; padding: 0.1rem 0.5rem; border-radius: 1rem; font-size: 0.75rem; background: #000a; color: #fff; }
.about { padding: 0.75rem 1rem 1rem; }
.about p { margin: 0.25rem 0; }
.about h3 { margin: 0 0 0.25rem; font-size: 1rem; overflow-wrap: anywhere; }
.saved { font-weight: 600; color: var(--accent); }
.reason { color: var(--bad); margin: 0.25rem 0; overflow-wrap: anywhere; }
table { width: 100%; border-collapse: collapse; font-size: 0.8rem; font-variant-numeric: tabular-nums; margin: 0.5rem 0; }
th, td { text-align: start; padding: 0.15rem 0.4rem 0.15rem 0; border-bottom: 1px solid var(--edge); }
td:nth-child(n + 3), th:nth-child(n + 3) { text-align: end; }
a { color: var(--accent); }
button { font: inherit; font-size: 0.85rem; padding: 0.3rem 0.8rem; margin-right: 0.5rem; border: 1px solid var(--edge); border-radius: 2rem; background: none; color: inherit; cursor: pointer; }
button:hover { border-color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
`;

const script = String.raw`
const root = location.href.replace(/[?#].*$/, "").replace(/\/?$/, "/");
const at = (path) => root + path;
const find = (id) => document.getElementById(id);
const say = (message) => { find("status").textContent = message; };
const size = (bytes) => bytes < 1e6 ? Math.max(1, Math.round(bytes / 1e3)) + " kB" : (bytes / 1e6).toFixed(1) + " MB";

function make(tag, props, ...children) {
  const element = Object.assign(document.createElement(tag), props);
  element.append(...children);
  return element;
}

function picture(url, caption, alt) {
  return make("figure", {}, make("img", { src: at(url), alt, loading: "lazy" }), make("figcaption", { textContent: caption }));
}

function button(label, about, action) {
  const run = () => action().catch((error) => say(error.message));
  return make("button", { type: "button", textContent: label, ariaLabel: label + ": " + about, onclick: run });
}

async function ask(method, path, body, headers) {
  const reply = await fetch(at(path), { method, body, headers });
  if (reply.ok) return reply;
  const problem = await reply.json().catch(() => ({}));
  throw new Error(problem.detail || problem.title || "The server answered " + reply.status + ".");
}

async function sign(photo, link) {
  const body = JSON.stringify({ key: photo.key, w: 600, expiresInSeconds: 3600 });
  const { url } = await (await ask("POST", "signed-urls", body, { "content-type": "application/json" })).json();
  link.replaceChildren(make("a", { href: url, textContent: "600 px wide, in the format your browser likes, for one hour" }));
}

async function remove(photo) {
  await ask("DELETE", photo.url);
  say(photo.key + " is removed.");
  await refresh();
}

function removal(photo) {
  const own = button("Remove", photo.key, async () => {
    if (own.textContent !== "Remove") return remove(photo);
    own.textContent = "Really remove?";
    say("Press once more to remove " + photo.key + " and everything made of it.");
  });
  own.onblur = () => { own.textContent = "Remove"; };
  return own;
}

function rows(photo) {
  const head = ["Preset", "Format", "Size", "Bytes"].map((name) => make("th", { scope: "col", textContent: name }));
  const body = photo.renditions.map((made) => make("tr", {},
    make("td", {}, make("a", { href: at(made.url), textContent: made.preset })),
    make("td", { textContent: made.format }),
    make("td", { textContent: made.width + " × " + made.height }),
    make("td", { textContent: size(made.bytes) })));
  return make("table", {}, make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...body));
}

function card(photo) {
  const about = make("div", { className: "about" }, make("h3", { textContent: photo.key }));
  const link = make("p", { ariaLive: "polite" });
  if (photo.state === "failed") about.append(make("p", { className: "reason", textContent: photo.reason }));
  if (photo.state === "converting") about.append(make("p", { textContent: "Converting…" }));
  const item = make("li", { className: "card" });
  if (photo.state === "converted") {
    const best = photo.renditions.find((made) => made.preset === "card") || photo.renditions[0];
    const percent = Math.round((1 - best.bytes / photo.bytes) * 100);
    const change = percent >= 0 ? percent + " % smaller" : -percent + " % larger";
    item.append(make("div", { className: "pair" },
      picture(photo.url, "Before: " + size(photo.bytes), photo.key + ", original"),
      picture(best.url, "After: " + size(best.bytes), photo.key + ", " + best.preset + " as " + best.format)));
    const sizes = photo.width + " × " + photo.height + " → " + best.width + " × " + best.height;
    about.append(make("p", {}, make("span", { className: "saved", textContent: change }), ", " + sizes + " as " + best.format), rows(photo),
      button("Signed link", photo.key, () => sign(photo, link)));
  }
  about.append(removal(photo), link);
  item.append(about);
  return item;
}

// A card that did not change stays the element it is, with its signed link; the focus of one that goes is handed on.
let cards = new Map();
function draw(list, photos) {
  const items = photos.map((photo) => cards.get(photo.key).item);
  const focused = list.contains(document.activeElement) ? document.activeElement : undefined;
  const place = [...list.children].findIndex((item) => item.contains(focused));
  const name = focused?.ariaLabel;
  for (const item of [...list.children]) if (!items.includes(item)) item.remove();
  items.forEach((item, index) => item === list.children[index] || list.insertBefore(item, list.children[index] || null));
  if (!focused || list.contains(document.activeElement)) return;
  const buttons = [...list.querySelectorAll("button")];
  const near = list.children[Math.min(place, items.length - 1)];
  (buttons.find((one) => one.ariaLabel === name) || near?.querySelector("button:last-of-type") || input).focus();
}

let shown = "";
let converting = false;
async function refresh() {
  const text = await (await ask("GET", "gallery.json")).text();
  if (text === shown) return;
  shown = text;
  const { photos } = JSON.parse(text);
  converting = photos.some((photo) => photo.state === "converting");
  const failed = photos.filter((photo) => photo.state === "failed");
  cards = new Map(photos.map((photo) => {
    const text = JSON.stringify(photo);
    const known = cards.get(photo.key);
    return [photo.key, known?.text === text ? known : { text, item: card(photo) }];
  }));
  find("failures").hidden = failed.length === 0;
  draw(find("failed"), failed);
  draw(find("photos"), photos.filter((photo) => photo.state !== "failed"));
}

async function upload(files) {
  const refused = [];
  for (const file of files) {
    say("Uploading " + file.name + "…");
    await ask("POST", "photos?name=" + encodeURIComponent(file.name), file).catch((error) => refused.push(file.name + ": " + error.message));
    await watch();
  }
  say(refused.length > 0 ? refused.join(" ") : files.length === 1 ? "Uploaded." : files.length + " photos uploaded.");
}

const drop = find("drop");
const input = find("files");
input.addEventListener("change", () => upload([...input.files]).then(() => { input.value = ""; }));
for (const name of ["dragenter", "dragover"]) drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("over"); });
for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => drop.classList.remove("over"));
drop.addEventListener("drop", (event) => { event.preventDefault(); upload([...event.dataTransfer.files]); });

let next;
async function watch() {
  if (!document.hidden) await refresh().catch((error) => say(error.message));
  clearTimeout(next);
  next = setTimeout(watch, converting ? 200 : 1000);
}
watch();
`;

export const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Image conversion</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<header>
<h1>Image conversion</h1>
<p>Pictures in, renditions out: upright, in sRGB, without GPS position, in every size and format of the presets.</p>
</header>
<main>
<label class="drop" id="drop">Drop photos here, or choose them
<input type="file" id="files" multiple accept="image/jpeg,image/png,image/webp,image/avif,image/gif,image/svg+xml"></label>
<p id="status" role="status"></p>
<section id="failures" aria-labelledby="failures-title" hidden>
<h2 id="failures-title">Could not be converted</h2>
<ul class="grid" id="failed"></ul>
</section>
<section aria-labelledby="photos-title">
<h2 id="photos-title">Before and after</h2>
<ul class="grid" id="photos"></ul>
</section>
</main>
<script type="module">${script}</script>
</body>
</html>
`;

/** Only the page's own style and script, and pictures of the same origin. */
export function contentSecurityPolicy(): string {
  const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  const sources = `script-src ${hash(script)}; style-src ${hash(style)}; img-src 'self' data:; connect-src 'self'`;
  return `default-src 'none'; ${sources}; base-uri 'none'; form-action 'none'; frame-ancestors 'self'`;
}
