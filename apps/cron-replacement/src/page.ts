// The ledger's page: plain HTML whose script asks for runs.json and draws what came, as text and never as markup.
import { createHash } from "node:crypto";

const style = `
:root { color-scheme: light dark; --edge: color-mix(in srgb, currentColor 18%, transparent); --accent: #0b66c3; --good: #1b6e3c; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --accent: #7db8ff; --good: #7ddc9f; --bad: #ffb4ab; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 1.5rem; font: 1rem/1.5 system-ui, sans-serif; }
h1 { margin: 0; font-size: 1.6rem; letter-spacing: -0.01em; }
header p { margin: 0.25rem 0 1.25rem; max-width: 44rem; }
section { border: 1px solid var(--edge); border-radius: 1rem; padding: 1rem; margin: 0 0 1.25rem; }
h2 { margin: 0; font-size: 1.1rem; }
section > p { margin: 0.25rem 0; }
code { overflow-wrap: anywhere; }
.warn { color: var(--bad); font-weight: 600; }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: 0.85rem; font-variant-numeric: tabular-nums; margin: 0.5rem 0; }
th, td { text-align: start; vertical-align: top; padding: 0.2rem 0.6rem 0.2rem 0; border-bottom: 1px solid var(--edge); white-space: nowrap; }
td:last-child { white-space: pre-wrap; overflow-wrap: anywhere; min-width: 16rem; font-family: ui-monospace, monospace; font-size: 0.75rem; }
.ok { color: var(--good); } .failed, .interrupted, .missed { color: var(--bad); }
button { font: inherit; font-size: 0.85rem; padding: 0.3rem 0.8rem; margin-right: 0.5rem; border: 1px solid var(--edge); border-radius: 2rem; background: none; color: inherit; cursor: pointer; }
button:hover { border-color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
`;

const script = String.raw`
const root = location.href.replace(/[?#].*$/, "").replace(/\/?$/, "/");
const find = (id) => document.getElementById(id);
const say = (message) => { find("status").textContent = message; };

function make(tag, props, ...children) {
  const element = Object.assign(document.createElement(tag), props);
  element.append(...children);
  return element;
}

async function ask(method, path) {
  const reply = await fetch(root + path, { method });
  if (reply.ok) return reply;
  const problem = await reply.json().catch(() => ({}));
  throw new Error(problem.detail || problem.title || "The server answered " + reply.status + ".");
}

function time(at) {
  return at ? make("time", { dateTime: at, title: at, textContent: at.slice(0, 19).replace("T", " ") }) : "–";
}

function button(job, action, label) {
  const steer = () => ask("POST", "jobs/" + encodeURIComponent(job.name) + "/" + action)
    .then(() => { say(job.name + ": " + label.toLowerCase() + "."); return refresh(); })
    .catch((error) => say(error.message));
  return make("button", { type: "button", textContent: label, ariaLabel: label + ": " + job.name, onclick: steer });
}

function told(run) {
  const gap = run.gap ? run.gap.count + " due times from " + run.gap.first : "";
  return [gap, run.reason, run.tail].filter(Boolean).join("\n").trimEnd();
}

function row(run) {
  const took = run.startedAt && run.endedAt ? Date.parse(run.endedAt) - Date.parse(run.startedAt) + " ms" : "–";
  return make("tr", {}, make("td", {}, time(run.due)), make("td", { className: run.status, textContent: run.status }),
    make("td", {}, time(run.startedAt)), make("td", { textContent: took }), make("td", { textContent: told(run) }));
}

function section(job) {
  const head = ["Due", "Outcome", "Started", "Took", "Output"].map((name) => make("th", { scope: "col", textContent: name }));
  const about = make("p", {}, "Next ", time(job.next), job.timeZone ? " UTC, by the clock of " + job.timeZone : " UTC", " · " + job.state);
  const warnings = [job.isLate && "Late: nobody plans its due times.", job.isSilent && "Silent: it has not succeeded for too long."]
    .filter(Boolean).map((textContent) => make("p", { className: "warn", textContent }));
  const table = make("table", {}, make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...job.runs.map(row)));
  const steer = job.state === "paused" ? button(job, "resume", "Resume") : button(job, "pause", "Pause");
  return make("section", { ariaLabel: job.name }, make("h2", { textContent: job.name }),
    make("p", {}, make("code", { textContent: job.line })), about, ...warnings,
    make("p", {}, button(job, "run", "Run now"), steer),
    job.runs.length > 0 ? make("div", { className: "scroll" }, table) : make("p", { textContent: "No run yet." }));
}

let shown = "";
async function refresh() {
  const { now, jobs } = await (await ask("GET", "runs.json")).json();
  find("now").textContent = now.slice(0, 19).replace("T", " ") + " UTC";
  const text = JSON.stringify(jobs);
  if (text === shown) return;
  shown = text;
  find("jobs").replaceChildren(...jobs.map(section));
}

async function watch() {
  if (!document.hidden) await refresh().then(() => {}, (error) => say(error.message));
  setTimeout(watch, 2000);
}
watch();
`;

export const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Jobs and their runs</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<header>
<h1>Jobs and their runs</h1>
<p>Every due time has a row, whatever became of it. It is <span id="now">…</span>.</p>
</header>
<main>
<p id="status" role="status"></p>
<div id="jobs"></div>
</main>
<script type="module">${script}</script>
</body>
</html>
`;

/** Only the page's own style and script, and data of the same origin. */
export function contentSecurityPolicy(): string {
  const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  const sources = `script-src ${hash(script)}; style-src ${hash(style)}; img-src data:; connect-src 'self'`;
  return `default-src 'none'; ${sources}; base-uri 'none'; form-action 'none'; frame-ancestors 'self'`;
}
