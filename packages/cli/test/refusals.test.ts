// Every way in which a command says no, with its exit code: one table over all commands.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commands } from "../src/commands.ts";
import { faasade, Running } from "./faasade.ts";
import { type Fixture, makeFixture } from "./fixture.ts";
import { within } from "./within.ts";

type Row = readonly [line: string, code: number, says: string];

/** Words are parted by spaces; what holds one is in quotes. */
const wordsOf = (line: string): string[] =>
  [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? "");

const whileAWorldRuns: readonly Row[] = [
  ["invoke nowhere", 3, "There are: shop/answer, "],
  ["invoke hello", 3, "Write shop/hello or stall/hello."],
  ["invoke shop", 3, "it is an app. Say which of its functions: shop/answer, "],
  ["invoke answer --path /../stall/", 3, 'not below the app. Write a path without ".."'],
  ["invoke answer --path /%2e%2e/stall/", 3, "not below the app"],
  ["invoke answer --path /a --body x", 2, "by GET, which has none"],
  ["invoke answer --path /a --method 'GET /x'", 2, "a method is one word"],
  ["invoke answer --path /secret", 3, "Not for you."],
  ["invoke answer --path /broken", 1, "500"],
  ["invoke answer", 2, "POST /answer, GET /{word+}"],
  ["invoke close-day --path /x", 2, "started by schedule"],
  [`invoke take-order --data '{"item":"nothing"}'`, 3, "Nothing is not for sale."],
  [`invoke take-order --data '{"item":1}'`, 3, "at item"],
  ["invoke take-order --data {item}", 2, "as JSON"],
  ["invoke take-order --data @missing.json", 3, "no such file"],
  ["logs shpo", 3, "There are: shop, stall."],
  ["logs -f shpo", 3, "There are: shop, stall."],
  ["logs --level loud", 2, "debug, info, warn, error"],
  ["events --app shpo", 3, "There are: shop, stall."],
  ["objects get shop/photos missing.jpg", 3, "missing.jpg"],
  ["objects get nowhere a", 3, "There are: shop/photos, stall/photos."],
  ["objects list photos", 3, "Write shop/photos or stall/photos."],
  ["objects rm shop/photos ../../../etc/passwd", 3, '"." and ".." are no parts of a key'],
  ["objects put shop/photos missing.jpg", 3, "no such file"],
  ["objects put shop/photos -", 2, "--key"],
  ["objects put shop/photos missing.jpg --type 'text/html\nX: y'", 2, "Write a media type"],
  ["objects put shop/photos missing.jpg --type html", 2, "Write a media type"],
  ["objects put shop/photos a b --key c", 2, 'end it with "/"'],
  ["send nowhere {}", 3, "shop/orders, stall/orders."],
  ["send orders {}", 3, "Write shop/orders or stall/orders."],
  [`send shop/orders '{"item":1}'`, 3, "at item"],
  ["send shop/orders @missing.json", 3, "no such file"],
  ["send shop/orders {", 2, "as JSON"],
  ["publish nowhere {}", 3, "nowhere"],
  ["mails list --app shpo", 3, "There are: shop, stall."],
  ["mails show nobody", 3, "nobody"],
  ["smoke", 3, "Name one."],
  ["smoke shpo", 3, "It runs: shop, stall."],
  ["smoke shop", 3, "there is no "],
  ["sql nowhere 'select 1'", 3, "There are: world."],
  ["sql world 'delete from journal'", 3, "the world's own database: it is read-only"],
  ["sql world 'select $1::int'", 3, "wants 1 parameter, 0 given"],
  ["sql world 'select 1; select 2'", 3, "one after the other"],
  ["sql world \\d", 3, "a command of psql"],
  ["sql world ' '", 3, "the statement is empty"],
  ["dead-letters list --queue nowhere", 3, "There are: "],
  ["dead-letters show nobody", 3, "there is none"],
  ["dead-letters replay nobody", 3, "no such dead letters"],
  ["dead-letters replay --queue nowhere", 3, "There are: "],
  ["dead-letters discard", 2, "say --all"],
  ["dead-letters discard nobody --all", 2, "leave out --all"],
  ["dead-letters discard nobody", 2, "say --yes"],
  ["dead-letters discard nobody --yes", 3, "no such dead letters"],
  ["clock set 2020-01-01T00:00:00Z", 3, "Cannot move the clock back"],
  ["clock advance 10", 2, "such as 90s"],
  ["clock advance -5m", 2, "The clock never goes back"],
  ["chaos --crash 20", 2, "such as 20% or 0.2"],
  ["chaos --off --crash 5%", 2, "leave out --off"],
  ["up", 1, "a world runs on it already"],
  ["reset --yes", 1, "a world runs on it"],
];

const withoutAWorld: readonly Row[] = [
  ["status", 1, "npm start"],
  ["status --jsno", 2, "Did you mean --json?"],
  ...[
    "invoke hello",
    "logs",
    "events",
    "objects list photos",
    "send orders {}",
    "sql world 'select 1'",
    "dead-letters list",
    "dead-letters discard --all --yes",
    "clock show",
    "chaos",
    "stop",
  ].map((line): Row => [line, 1, "npm start"]),
  ["up shop shpo", 3, "There are: hats, odd, shop, stall."],
  ["up --port 70000", 2, "0 to 65535"],
  ["up --sql mysql://db/shop", 2, "Cannot use mysql: for --sql. Write postgres://…."],
  ["up --queue nowhere", 2, "Cannot use no URL for --queue. Write sqs://… or postgres://…."],
  ["reset --yes", 3, "it holds no world"],
  ["doctor --jsno", 2, "Did you mean --json?"],
  ["inspect nothing", 3, "There are: hats/sell, odd/odd, shop/answer, "],
  ["inspect hello", 3, "Write shop/hello or stall/hello."],
  ["inspect odd", 1, "it does not load"],
  ["build", 2, "say --target. There are: aws-lambda, "],
  ["build --target aws-lambda", 2, "name apps, or say --all"],
  ["build nothing --target aws-lambda", 3, "There are: hats, odd, shop, stall."],
  ["build shop --target nowhere", 3, "There are: aws-lambda"],
  ["build shop --target aws-lambda --packaging barrel", 3, "There are: zip"],
  ["build shop --target aws-lambda --stage Dev", 3, '"Dev"'],
  ["build shop --target aws-lambda --driver photos", 2, "name=value"],
  ["build shop --target aws-lambda --driver photos=vax", 3, 'no driver "vax"'],
  ["build hats --target knative --base ./missing.tar", 3, "no such folder or archive"],
  ["plan", 3, "name the app. There are: hats, odd, shop, stall."],
  ["plan shpo", 3, "There are: hats, odd, shop, stall."],
  [
    "plan shop",
    3,
    "say --target, since nothing was deployed there from this checkout. There are: aws-lambda",
  ],
  ["plan shop --target vax", 3, "There are: aws-lambda"],
  ["plan shop --target aws-lambda --place regoin=x", 3, "There are: region, bucket, endpoint."],
  ["plan shop --target aws-lambda --driver queue=tape", 3, 'no driver "tape"'],
  [
    "plan hats --target aws-lambda --set MAX=1 --place region=x --place endpoint=http://127.0.0.1:9",
    3,
    "no such parameter",
  ],
  ["deploy shop --target vax", 3, "There are: aws-lambda"],
  ["deploy shop --target aws-lambda --unit barrel", 2, "Allowed choices are function, app"],
  [
    "deploy hats --target aws-lambda --place region=x --place endpoint=http://127.0.0.1:9",
    1,
    "Cannot ask AWS whose credentials these are",
  ],
  ["destroy shop", 3, "say --target"],
  ["destroy shop --target vax", 3, "There are: aws-lambda"],
  [
    "destroy hats --target aws-lambda --place region=x --place endpoint=http://127.0.0.1:9",
    1,
    "Cannot ask AWS whose credentials these are",
  ],
  ["doctor --target vax", 3, "There are: aws-lambda"],
  ["cluster up --nmae x", 2, "Did you mean --name?"],
  ["doctor --place region=x", 2, "say --target"],
  ["run nothing --as aws-lambda", 3, "There are: hats/sell, odd/odd, shop/answer, "],
  ["run hello --as aws-lambda", 3, "Write shop/hello or stall/hello."],
  ["run shop/hello --as vax", 3, "There are: aws-lambda"],
  ["run shop/hello --as aws-lambda --packaging barrel", 3, "There are: zip"],
  ["run shop/hello --as aws-lambda --driver nothing=s3", 3, "no function uses nothing"],
  ["run shop/hello --as aws-lambda --event @missing.json", 3, "no such file"],
  ["run shop/hello --as aws-lambda --event {", 2, "as JSON"],
  ["matrix --jsno", 2, "Did you mean --json?"],
  ["eject shop", 2, "missing required argument 'folder'"],
  ["eject shop .", 3, "it is not empty"],
  ["new app shop", 3, "is there already"],
  ["new app Shop", 2, "kebab case"],
  ["new function nowhere greet", 3, "there is no apps/nowhere/package.json"],
  ["new function shop hello", 3, "is there already"],
  ["new function shop x --http 'get /x'", 2, "get /x"],
  ["new function shop x --http 'GET /{name+}'", 3, "answer answers GET /{name+} already"],
  ["new function shop x --http 'GET /' --schedule '* * * * *'", 2, "cannot be used with"],
  ["smoke shop --target aws-lambda", 2, "say both"],
  ...[
    "smoke shop",
    "logs shop",
    "objects list shop/photos",
    "invoke shop/hello",
    "dead-letters list",
    "dead-letters replay",
  ].map((line): Row => [`${line} --stage demo`, 3, "nothing was deployed there from this checkout"]),
  ["cluster sideways", 2, "unknown command"],
  ["verify", 2, "say --target or --url"],
  ["verify --url probe.example.org", 2, "write its origin"],
  ["verify --target nowhere", 3, "There are: "],
  ["statsu", 2, "Did you mean status?"],
  ["help nonsense", 2, "unknown command 'nonsense'"],
];

let place: Fixture;
beforeAll(() => {
  place = makeFixture();
  const stall: Readonly<Record<string, string>> = {
    "package.json": JSON.stringify({ name: "@faasade/app-stall", type: "module" }),
    "src/functions/hello.ts": `import { defineFunction, http, read, send, text } from "@faasade/core";
import { objectStore } from "@faasade/connectors/object-store";
import { queue } from "@faasade/connectors/queue";
import * as v from "valibot";
export default defineFunction({
  name: "hello",
  trigger: http("GET /hello", { auth: "public" }),
  uses: { photos: read(objectStore("photos")), orders: send(queue("orders", v.unknown())) },
  handle: () => text("hello"),
});
`,
  };
  for (const [path, text] of Object.entries(stall)) place.write(`apps/stall/${path}`, text);
});
afterAll(() => place.dispose());

describe("the table of refusals", () => {
  it("leaves out no command", () => {
    const told = new Set([...whileAWorldRuns, ...withoutAWorld].map(([line]) => line.split(" ")[0]));
    expect(Object.keys(commands).filter((name) => !told.has(name))).toEqual([]);
  });
});

describe("while a world runs", () => {
  let world: Running;
  beforeAll(async () => {
    world = new Running(place, ["up"]);
    await world.until("Ctrl-C");
  }, 120_000);
  afterAll(async () => {
    world.child.kill("SIGKILL");
    await world.ended;
  });

  it.each(whileAWorldRuns)("%s ends with %i and says: %s", async (line, code, says) => {
    const ended = await within(place, wordsOf(line));
    expect(ended.stderr + ended.stdout).toContain(says);
    expect(ended.code).toBe(code);
  });

  it("a process ends with the same codes", async () => {
    expect(await faasade(place, ["objects", "get", "photos", "a"])).toMatchObject({ code: 3, stdout: "" });
    expect(await faasade(place, ["invoke", "answer", "--path", "/secret"])).toMatchObject({ code: 3 });
  });
});

describe("without a world", () => {
  let bare: { root: string; data: string };
  beforeAll(() => {
    place.write("apps/odd/package.json", "{}");
    place.write("apps/odd/src/functions/odd.ts", `import "./nowhere.ts";\nexport default 1;\n`);
    place.write("apps/hats/package.json", JSON.stringify({ name: "@faasade/app-hats", type: "module" }));
    place.write("apps/hats/src/functions/sell.ts", sell);
    place.write("package-lock.json", JSON.stringify({ packages: {} }));
    bare = { root: place.root, data: join(place.root, "no-world") };
    mkdirSync(bare.data);
  });

  it.each(withoutAWorld)("%s ends with %i and says: %s", async (line, code, says) => {
    const ended = await within(bare, wordsOf(line));
    expect(ended.stderr + ended.stdout).toContain(says);
    expect(ended.code).toBe(code);
  });
});

const sell = `import { defineFunction, http, text } from "@faasade/core";
export default defineFunction({ name: "sell", trigger: http("GET /", { auth: "public" }), handle: () => text("1") });
`;
