// The page: a chart that follows what comes in, the same as a table, and what was found wrong.
import { createHash } from "node:crypto";

const style = `
:root { color-scheme: light dark; --edge: color-mix(in srgb, currentColor 18%, transparent); }
body { margin: 0 auto; max-width: 64rem; padding: 1.5rem; font: 1rem/1.5 system-ui, sans-serif; }
h1 { margin: 0; font-size: 1.6rem; } h2 { margin: 2rem 0 0.5rem; font-size: 1.1rem; }
form { display: flex; flex-wrap: wrap; gap: 1rem; margin: 1rem 0; }
select { font: inherit; padding: 0.2rem 0.5rem; }
svg { width: 100%; height: auto; border: 1px solid var(--edge); border-radius: 0.75rem; }
svg text { fill: currentColor; font: 12px system-ui, sans-serif; } .grid { stroke: var(--edge); }
path { fill: none; stroke-width: 2; } .s0 { stroke: #0b66c3; } .s1 { stroke: #b3541e; stroke-dasharray: 7 4; }
.s2 { stroke: #1e8a5a; stroke-dasharray: 2 4; } .s3 { stroke: #8a3ab9; stroke-dasharray: 9 3 2 3; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { text-align: start; padding: 0.2rem 0.5rem 0.2rem 0; border-bottom: 1px solid var(--edge); }
td { overflow-wrap: anywhere; min-width: 4.5rem; } td:first-child { min-width: 6rem; } .wide { overflow-x: auto; }
@media (width < 40rem) { svg text { font-size: 22px; } svg path { stroke-width: 4; } table { font-size: 0.85rem; } }
@media (prefers-color-scheme: dark) { .s0 { stroke: #7db8ff; } .s1 { stroke: #ff9d66; } .s2 { stroke: #6fd6a6; } .s3 { stroke: #d0a2f2; } }
:focus-visible { outline: 3px solid #0b66c3; outline-offset: 2px; }
`;

const script = String.raw`
const root = location.href.replace(/[?#].*$/, "").replace(/\/?$/, "/");
const find = (id) => document.getElementById(id);
const time = (ms) => ms === null ? "" : new Date(ms).toISOString().replace("T", " ").slice(0, 19);
const short = (value) => value === null ? "" : String(Math.round(value * 100) / 100);

function make(tag, attributes, ...children) {
  const element = tag === "svg" || tag === "path" || tag === "text" || tag === "line"
    ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function table(id, heads, rows) {
  const head = make("tr", {}, ...heads.map((text) => make("th", { scope: "col" }, text)));
  const body = rows.map((cells) => make("tr", {}, ...cells.map((text) => make("td", {}, String(text)))));
  find(id).replaceChildren(make("thead", {}, head), make("tbody", {}, ...body));
}

function draw({ series, seconds }, unit) {
  const points = series.flatMap((one) => one.points);
  find("empty").hidden = points.length > 0;
  const [width, height, left, bottom] = [900, 320, 60, 30];
  const times = points.map(([at]) => at), values = points.map(([, mean]) => mean);
  const [t0, t1] = [Math.min(...times), Math.max(...times) + 1];
  const [v0, v1] = [Math.min(...values) - 0.5, Math.max(...values) + 0.5];
  const x = (at) => left + ((at - t0) / (t1 - t0)) * (width - left - 90);
  const y = (value) => 10 + (1 - (value - v0) / (v1 - v0)) * (height - bottom - 20);
  const svg = find("chart");
  if (points.length === 0) return svg.replaceChildren();
  const lines = [0, 1, 2, 3, 4].map((step) => v0 + ((v1 - v0) * step) / 4).flatMap((value) => [
    make("line", { class: "grid", x1: left, x2: width - 90, y1: y(value), y2: y(value) }),
    make("text", { x: 4, y: y(value) + 4 }, short(value) + " " + unit)]);
  // Names at the ends of lines keep apart, in the order of the lines.
  const names = series.map(({ points: its }) => y(its.at(-1)[1]));
  const placed = names.map((_, index) => index).sort((a, b) => names[a] - names[b]);
  placed.forEach((index, place) => { if (place > 0) names[index] = Math.max(names[index], names[placed[place - 1]] + 15); });
  const paths = series.flatMap(({ device, points: its }, index) => {
    const apart = (place) => place <= 0 || place >= its.length || its[place][0] - its[place - 1][0] > 3000 * seconds;
    // A point with no neighbour is a ring: a line needs two.
    const d = its.map(([at, mean], place) => (apart(place) ? "M" : "L") + x(at) + " " + y(mean) +
      (apart(place) && apart(place + 1) ? "m-3 0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0" : "")).join("");
    const [at] = its.at(-1);
    return [make("path", { class: "s" + (index % 4), d }), make("text", { x: x(at) + 6, y: names[index] + 4 }, device)];
  });
  const ends = [[t0, left, "start"], [t1 - 1, width - 90, "end"]].map(([at, place, anchor]) =>
    make("text", { x: place, y: height - 8, "text-anchor": anchor }, time(at)));
  svg.replaceChildren(...lines, ...paths, ...ends);
}

async function refresh() {
  const chosen = find("metric").selectedOptions[0];
  const query = new URLSearchParams({ metric: chosen.value, seconds: find("seconds").value });
  const [chart, fleet] = await Promise.all(["chart.json?" + query, "fleet.json"].map(async (path) => (await fetch(root + path)).json()));
  draw(chart, chosen.dataset.unit);
  table("latest", ["Device", "Time (UTC)", "Average", "Least", "Most"], chart.series.map(({ device, points }) => {
    const [at, ...values] = points.at(-1);
    return [device, time(at), ...values.map((value) => short(value) + " " + chosen.dataset.unit)];
  }));
  table("incidents", ["Rule", "Device", "Since (UTC)", "Until (UTC)", "Value"], fleet.incidents.map((one) =>
    [one.rule, one.device, time(one.opened_at), one.closed_at === null ? "open" : time(one.closed_at), short(one.opened_value)]));
  table("quarantine", ["Reason", "Device", "How often", "Latest (UTC)"], fleet.quarantine.map((one) =>
    [one.reason, one.device, one.count, time(one.latest)]));
  table("devices", ["Device", "Newest (UTC)", ""], fleet.devices.map((one) =>
    [one.device, time(one.heard_at), one.blocked ? "blocked" : ""]));
}

const again = () => refresh().then(() => { find("status").textContent = ""; }, (error) => { find("status").textContent = error.message; });
find("choice").addEventListener("change", again);
void again();
setInterval(again, 5000);
`;

/** Only what stands here runs, and it talks to nobody else. */
export function contentSecurityPolicy(): string {
  const digest = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  return `default-src 'none'; script-src ${digest(script)}; style-src ${digest(style)}; connect-src 'self'; base-uri 'none'; form-action 'none'`;
}

export function page(metrics: readonly { readonly name: string; readonly unit: string }[]): string {
  const options = metrics
    .map(({ name, unit }) => `<option value="${name}" data-unit="${unit}">${name}</option>`)
    .join("");
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Readings</title><style>${style}</style></head>
<body>
<header><h1>Readings</h1><p>What the fleet measures, a few seconds old.</p></header>
<main>
<form id="choice">
<label>Measured <select id="metric">${options}</select></label>
<label>Averages of <select id="seconds"><option value="60">a minute</option><option value="3600">an hour</option><option value="86400">a day</option></select></label>
</form>
<p id="status" role="status"></p>
<p id="empty" hidden>No readings yet: the first come within a minute or two.</p>
<svg id="chart" viewBox="0 0 900 320" role="img" aria-label="Averages over time, a line for each device; the newest are in the table below"></svg>
<h2>Newest</h2><div class="wide"><table id="latest"></table></div>
<h2>Incidents</h2><div class="wide"><table id="incidents"></table></div>
<h2>Quarantine</h2><div class="wide"><table id="quarantine"></table></div>
<h2>Devices</h2><div class="wide"><table id="devices"></table></div>
</main>
<script>${script}</script>
</body>
</html>`;
}
