// The app's page: plain HTML whose script asks for loads.json and draws what came, as text and never as markup.
import { createHash } from "node:crypto";

const style = `
:root { color-scheme: light dark; --edge: color-mix(in srgb, currentColor 18%, transparent); --accent: #0b66c3; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --accent: #7db8ff; --bad: #ffb4ab; } }
* { box-sizing: border-box; } body { margin: 0 auto; max-width: 72rem; padding: 1.5rem; font: 1rem/1.5 system-ui, sans-serif; }
h1 { margin: 0; font-size: 1.6rem; letter-spacing: -0.01em; } h2 { margin: 2rem 0 0.75rem; font-size: 1.1rem; }
h3 { margin: 0; font-size: 1rem; overflow-wrap: anywhere; } p { margin: 0.25rem 0; }
article { border: 1px solid var(--edge); border-radius: 1rem; padding: 1rem; margin: 0 0 1rem; }
.state { float: right; font-size: 0.8rem; border: 1px solid currentColor; border-radius: 1rem; padding: 0 0.6rem; }
.published, .loading { color: var(--accent); } .held, .reason { color: var(--bad); overflow-wrap: anywhere; }
table { width: 100%; border-collapse: collapse; font-size: 0.85rem; font-variant-numeric: tabular-nums; margin: 0.5rem 0; } th, td { text-align: start; padding: 0.2rem 0.6rem 0.2rem 0; border-bottom: 1px solid var(--edge); vertical-align: top; }
td { overflow-wrap: anywhere; min-width: 8rem; } th, .number { white-space: nowrap; min-width: 0; }
textarea, input, button { font: inherit; color: inherit; background: none; border: 1px solid var(--edge); border-radius: 0.5rem; padding: 0.4rem 0.6rem; } textarea { width: 100%; font-family: ui-monospace, monospace; font-size: 0.85rem; }
button { cursor: pointer; } button:hover { border-color: var(--accent); } :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.wide { overflow-x: auto; } #loads:empty::before { content: "No file has been loaded yet: large ones take a minute or two."; }
`;

const script = String.raw`
const root = location.href.replace(/[?#].*$/, "").replace(/\/?$/, "/");
const find = (id) => document.getElementById(id);
const say = (message) => { find("status").textContent = message; };
const count = (number) => number.toLocaleString("en");
const size = (bytes) => bytes < 1e6 ? Math.round(bytes / 1e3) + " kB" : (bytes / 1e6).toFixed(1) + " MB";

function make(tag, props, ...children) {
  const element = Object.assign(document.createElement(tag), props);
  element.append(...children);
  return element;
}

function table(head, rows) {
  const props = { th: () => ({ scope: "col" }), td: (text) => ({ className: /^[-\d.,]+$/.test(text) ? "number" : "" }) };
  const line = (cell) => (cells) => make("tr", {}, ...cells.map((text) => make(cell, { textContent: text ?? "", ...props[cell](text) })));
  return make("div", { className: "wide" }, make("table", {},
    make("thead", {}, line("th")(head)), make("tbody", {}, ...rows.map(line("td")))));
}

async function ask(method, path, value) {
  const body = value === undefined ? undefined : JSON.stringify(value);
  const reply = await fetch(root + path, { method, body, headers: body ? { "content-type": "application/json" } : {} });
  const answer = await reply.json();
  if (reply.ok) return answer;
  throw new Error(answer.detail ?? answer.title);
}

function driftOf(drift) {
  const renamed = Object.entries(drift.renamed).map(([from, to]) => from + " is taken for " + to);
  const added = drift.added.length > 0 ? ["left out: " + drift.added.join(", ")] : [];
  const missing = drift.missing.length > 0 ? ["missing: " + drift.missing.join(", ")] : [];
  return "Other columns than agreed: " + [...renamed, ...added, ...missing].join("; ");
}

function card(load) {
  const counts = count(load.read) + " rows = " + count(load.loaded) + " loaded + " + count(load.quarantined) + " in quarantine";
  const parts = [make("span", { className: "state " + load.state, textContent: load.state }), make("h3", { textContent: load.key }),
    make("p", { textContent: counts + ", " + load.startedAt })];
  if (load.reason) parts.push(make("p", { className: "reason", textContent: load.reason }));
  if (load.drift) parts.push(make("p", { textContent: driftOf(load.drift) }));
  if (load.reasons.length > 0) {
    parts.push(table(["rows", "why", "first", "as it stood"], load.reasons.map((one) => [count(one.rows), one.reason, count(one.row), one.excerpt])));
    const replay = async () => say((await ask("POST", "loads/" + load.id + "/replay")).replayed + " rows left the quarantine.");
    parts.push(make("button", { type: "button", textContent: "Try these rows again", onclick: () => replay().then(refresh).catch((error) => say(error.message)) }));
  }
  return make("article", {}, ...parts);
}

let drawn = "";
async function refresh() {
  const answer = await ask("GET", "loads.json");
  const text = JSON.stringify(answer);
  if (text === drawn) return;
  drawn = text;
  const { days, rows, bytes, pending } = answer.lake;
  find("lake").textContent = count(rows) + " flights on " + count(days) + " days, " + size(bytes) + (pending > 0 ? "; " + pending + " days to be written" : "");
  find("loads").replaceChildren(...answer.loads.map(card));
}

find("query").addEventListener("submit", async (event) => {
  event.preventDefault();
  const given = Object.fromEntries([...new FormData(event.target)].filter(([, value]) => value !== ""));
  try {
    const { columns, rows, given: all, scanned } = await ask("POST", "query", given);
    const names = columns.map(({ name }) => name);
    const told = all.files === 0 ? "The lake holds nothing of these days: files have to be loaded first, see below." : count(rows.length) + " rows; " + count(scanned.bytes) + " bytes scanned in " + count(scanned.files) + " files, of " + count(all.bytes) + " bytes in the " + count(all.files) + " files of these days";
    find("answer").replaceChildren(make("p", { textContent: told }), table(names, rows.map((row) => names.map((name) => row[name]))));
  } catch (error) {
    find("answer").replaceChildren(make("p", { className: "reason", textContent: error.message }));
  }
});

find("lineage").addEventListener("submit", async (event) => {
  event.preventDefault();
  const { sources, files } = await ask("GET", "lineage/" + new FormData(event.target).get("day"));
  const from = sources.map((one) => [one.key, one.load, count(one.rows), count(one.counted)]);
  const into = files.map((one) => [one.key, "", count(one.rows), size(one.bytes)]);
  find("way").replaceChildren(table(["from the file", "load", "rows", "of them counted"], from), table(["into the lake", "", "rows", "size"], into));
});

async function watch() {
  if (!document.hidden) await refresh().catch((error) => say(error.message));
  setTimeout(watch, 2000);
}
watch();
`;

export const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>ETL</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<header>
<h1>ETL</h1>
<p>Files in, a database and a lake out: every row is loaded, or put aside with its reason.</p>
</header>
<main>
<p id="status" role="status"></p>
<section aria-labelledby="lake-title">
<h2 id="lake-title">The lake</h2>
<p id="lake"></p>
<form id="query">
<textarea name="sql" rows="3" aria-label="Query">select carrier, count(*) as flights, round(avg(arr_delay), 1) as late from flights group by 1 order by 3 desc</textarea>
<label>from <input type="date" name="from" value="2013-06-01"></label>
<label>to <input type="date" name="to" value="2013-06-30"></label>
<button>Query</button>
</form>
<div id="answer"></div>
<form id="lineage">
<label>Where do the flights of <input type="date" name="day" value="2013-06-01"> come from?</label>
<button>Show</button>
</form>
<div id="way"></div>
</section>
<section aria-labelledby="loads-title">
<h2 id="loads-title">Loads</h2>
<div id="loads"></div>
</section>
</main>
<script type="module">${script}</script>
</body>
</html>
`;

/** Only the page's own style and script, and its own data. */
export function contentSecurityPolicy(): string {
  const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  const sources = `script-src ${hash(script)}; style-src ${hash(style)}; img-src data:; connect-src 'self'`;
  return `default-src 'none'; ${sources}; base-uri 'none'; form-action 'none'; frame-ancestors 'self'`;
}
