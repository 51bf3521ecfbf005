/** The faults that the tests are known to notice, each in one place: what `npm run faults` plants. */

export interface Fault {
  readonly name: string;
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly find: string;
  readonly replace: string;
  /** The test files that must notice it. */
  readonly tests: readonly string[];
  /** Only tests whose full name matches, where others of the file take long. */
  readonly only?: string;
}

const platforms = "packages/platforms";
const conformance = [`${platforms}/test/conformance/conformance.test.ts`];

/** Of what every platform's adapter must do. */
const adapters: readonly Fault[] = [
  {
    name: "dropped header",
    file: `${platforms}/src/shared/server/write-reply.ts`,
    find: `head[field] = headers[name] as string[] | string;`,
    replace: `head[field] = [headers[name] ?? []].flat()[0] ?? "";`,
    tests: [`${platforms}/test/server/replies.test.ts`],
  },
  {
    name: "swallowed retry",
    file: `${platforms}/src/shared/deliver.ts`,
    find: `if (!outcome.ok) return all(outcome.error);`,
    replace: `if (!outcome.ok) return new Map();`,
    tests: conformance,
    only: "aws-lambda.*a message",
  },
  {
    name: "mangled byte",
    file: `${platforms}/src/aws-lambda/http-request.ts`,
    find: `isBase64Encoded === true ? "base64" : "utf8"`,
    replace: `isBase64Encoded === true ? "latin1" : "utf8"`,
    tests: conformance,
    only: "aws-lambda.*HTTP API",
  },
  {
    name: "lost cookie",
    file: `${platforms}/src/aws-lambda/http-dialect.ts`,
    find: `return { cookies, fields };`,
    replace: `return { cookies: cookies.slice(0, 1), fields };`,
    tests: conformance,
    only: "aws-lambda.*HTTP API",
  },
  {
    name: "deadline of Cloud Run that no function is told",
    file: `${platforms}/src/google-cloud/app.ts`,
    find: `return seconds > 0 ? {`,
    replace: `return seconds < 0 ? {`,
    tests: [`${platforms}/test/google-cloud/deadline.test.ts`],
  },
  {
    name: "upload that Azure's Node model loses",
    file: `${platforms}/src/azure-functions/http.ts`,
    find: `...(body === null ? {} : { body }),`,
    replace: "",
    tests: conformance,
    only: "azure-functions.*bytes",
  },
  {
    name: "upload to a pod, its pieces in another order",
    file: `${platforms}/src/shared/server/request-body.ts`,
    find: `Buffer.concat(pieces)`,
    replace: `Buffer.concat(pieces.reverse())`,
    tests: conformance,
    only: "kubernetes and node.*bytes",
  },
  {
    name: "wrong key decoding",
    file: `${platforms}/src/shared/s3/notification.ts`,
    find: `decodeURIComponent(text.replaceAll("+", " "))`,
    replace: `decodeURIComponent(text)`,
    tests: [`${platforms}/test/knative/notification.test.ts`, `${platforms}/test/aws-lambda/objects.test.ts`],
  },
  {
    name: "change that is acknowledged before it is kept",
    file: `${platforms}/src/shared/process/queue-sink.ts`,
    find: `await untilTaken(what, () => send(queueOf(name), messages));`,
    replace: `untilTaken(what, () => send(queueOf(name), messages)).catch(() => {});`,
    tests: [`${platforms}/test/kubernetes/objects.test.ts`],
    only: "when the database is away",
  },
  {
    name: "unhandled rejection",
    file: `${platforms}/src/shared/server/index.ts`,
    find: `if (request.socket.destroyed) return;`,
    replace: `throw thrown;`,
    tests: [`${platforms}/test/server/handlers.test.ts`, `${platforms}/test/server/replies.test.ts`],
  },
  {
    name: "409 for a permanent reject on Knative",
    file: `${platforms}/src/shared/server/events.ts`,
    find: `[404, 408, 409, 429]`,
    replace: `[404, 408, 429]`,
    tests: [`${platforms}/test/knative/pod.test.ts`],
    only: "the answer to an event",
  },
  {
    name: "circular S3 reference",
    file: `${platforms}/src/aws-lambda/manifest/buckets.ts`,
    find: `const name = choose(condition, own, ref(parameter));`,
    replace: `const name = choose(condition, ref(id), ref(parameter));`,
    tests: [`${platforms}/test/manifest/manifest.test.ts`, `${platforms}/test/manifest/events.test.ts`],
  },
  {
    name: "missing partial-batch setting",
    file: `${platforms}/src/aws-lambda/manifest/messages.ts`,
    find: `    FunctionResponseTypes: ["ReportBatchItemFailures"],\n`,
    replace: "",
    tests: [`${platforms}/test/manifest/manifest.test.ts`, `${platforms}/test/manifest/events.test.ts`],
  },
  {
    name: "request dropped on SIGTERM",
    file: `${platforms}/src/shared/server/drain.ts`,
    find: `Math.min(seconds * 1000, longestTimerMilliseconds)`,
    replace: `0`,
    tests: [`${platforms}/test/server/drain.test.ts`],
  },
];

/** Of the model, the drivers and the local world. */
const heart: readonly Fault[] = [
  {
    name: "old signature accepted",
    file: "packages/core/src/auth/verify-signature.ts",
    find: `Math.abs(clock.now() / 1000 - Number(seconds)) <= window.toleranceSeconds`,
    replace: `clock.now() / 1000 >= Number(seconds)`,
    tests: ["packages/core/test/auth/signature.test.ts", "packages/core/test/auth/presets.test.ts"],
  },
  {
    name: "private address reached",
    file: "packages/core/src/http/outbound-guard.ts",
    find: `  ["169.254.0.0", 16],\n`,
    replace: "",
    tests: ["packages/core/test/outbound/guard.test.ts"],
  },
  {
    name: "order given up in a FIFO batch",
    file: "packages/core/src/invoke/handle-events.ts",
    find: `delivery.ordered === true ? holdBack(events, all) : all`,
    replace: `all`,
    tests: ["packages/core/test/event-pipeline.test.ts"],
  },
  {
    name: "deadline without a signal",
    file: "packages/core/src/invoke/invocation.ts",
    find: `this.context.close(outcome.ok ? undefined : outcome.error);`,
    replace: `this.context.close(undefined);`,
    tests: ["packages/core/test/event-pipeline.test.ts", "packages/core/test/invocation-end.test.ts"],
  },
  {
    name: "request that outlives its invocation",
    file: "packages/core/src/invoke/context.ts",
    find: `Math.min(request.timeoutSeconds ?? 10, remaining)`,
    replace: `Math.max(request.timeoutSeconds ?? 10, remaining)`,
    tests: ["packages/core/test/outbound/deadline.test.ts"],
  },
  {
    name: "early error that another origin may not read",
    file: "packages/core/src/invoke/handle-http.ts",
    find: `return request === undefined || cors === undefined ? reply`,
    replace: `return request === undefined || cors !== undefined ? reply`,
    tests: ["packages/core/test/http-pipeline.test.ts"],
    only: "cors",
  },
  {
    name: "body too long by its own word, and accepted unread",
    file: "packages/core/src/http/body.ts",
    find: `const length = body instanceof Uint8Array ? body.length : Number(declared);
  if (length > maxBytes)`,
    replace: `const length = body instanceof Uint8Array ? body.length : Number(declared);
  if (length < 0)`,
    tests: ["packages/core/test/http-pipeline.test.ts"],
    only: "never reads",
  },
  {
    name: "database with files of one that died",
    file: "packages/connectors/src/sql/new-database.ts",
    find: `  await rm(draft, { recursive: true, force: true });
  const kept`,
    replace: `  const kept`,
    tests: ["packages/connectors/test/sql/new-database.test.ts"],
  },
  {
    name: "key that climbs out of its store",
    file: "packages/connectors/src/object-store/key.ts",
    find: ` || part === ".."`,
    replace: "",
    tests: [
      "packages/connectors/test/object-store/client.test.ts",
      "packages/connectors/test/object-store/file.test.ts",
    ],
  },
  {
    name: "conditional put that overwrites",
    file: "packages/connectors/src/object-store/file/index.ts",
    find: `ifNoneMatch !== undefined && former !== undefined`,
    replace: `ifNoneMatch !== undefined && former === undefined`,
    tests: ["packages/connectors/test/object-store/file.test.ts"],
  },
  {
    name: "message that two consumers get",
    file: "packages/connectors/src/queue/sql/statements.ts",
    find: `set visible_at = $4::bigint, attempts = attempts + 1`,
    replace: `set visible_at = $2::bigint, attempts = attempts + 1`,
    tests: ["packages/connectors/test/queue/sql-on-pglite.test.ts"],
  },
  {
    name: "outdated receipt that acknowledges",
    file: "packages/connectors/src/queue/sql/statements.ts",
    find: `and (sequence, attempts) in (select * from unnest($2::bigint[], $3::integer[]))`,
    replace: `and (sequence, $3::integer[] is null) in (select one, false from unnest($2::bigint[]) as one)`,
    tests: ["packages/connectors/test/queue/sql-on-pglite.test.ts"],
  },
  {
    name: "control interface open to other pages",
    file: "packages/local/src/control/guard.ts",
    find: `origin !== undefined && origin !== \`http://\${host}\``,
    replace: `origin === "null"`,
    tests: ["packages/local/test/world.test.ts"],
    only: "from another page",
  },
  {
    name: "event accepted twice",
    file: "packages/local/src/events/intake.ts",
    find: `on conflict do nothing returning id`,
    replace: `on conflict (id) do update set accepted_at = excluded.accepted_at returning id`,
    tests: ["packages/local/test/events.test.ts", "packages/local/test/world.test.ts"],
  },
  {
    name: "failed event that counts as done",
    file: "packages/local/src/events/settle.ts",
    find: `if (verdict.kind === "done") {`,
    replace: `if (verdict.kind !== "dead") {`,
    tests: ["packages/local/test/world.test.ts"],
    only: "after a failure|after the last attempt",
  },
  {
    name: "delivery that reached nothing, and used up an attempt",
    file: "packages/local/src/events/dispatcher.ts",
    find: `verdict.kind === "retry" && verdict.unreached === true`,
    replace: `verdict.kind === "done"`,
    tests: ["packages/local/test/unreached.test.ts"],
    only: "uses up no attempt",
  },
  {
    name: "message that cannot be read, and stays",
    file: "packages/local/src/events/dispatcher.ts",
    find: `await this.#settle(message, { kind: "dead", reason: \`invalid: `,
    replace: `void (message && { kind: "dead", reason: \`invalid: `,
    tests: ["packages/local/test/batch.test.ts"],
    only: "cannot be read",
  },
  {
    name: "batch that counts its attempts by the newest",
    file: "packages/local/src/events/attempts.ts",
    find: `Math.max(...deliveries`,
    replace: `Math.min(...deliveries`,
    tests: ["packages/local/test/batch.test.ts"],
    only: "most attempts",
  },
  {
    name: "process that hangs and is kept",
    file: "packages/local/src/app/process.ts",
    find: `if (!signal.aborted) this.recycle(`,
    replace: `if (signal.aborted) this.recycle(`,
    tests: ["packages/local/test/unreached.test.ts"],
    only: "never lets go",
  },
  {
    name: "due time that a restart forgets",
    file: "packages/local/src/events/scheduler.ts",
    find: `lastDue: await this.#lastDue(name)`,
    replace: `lastDue: this.#clock.now()`,
    tests: ["packages/local/test/scheduler.test.ts"],
  },
  {
    name: "batch that is more than one delivery can be",
    file: "packages/local/src/events/dispatcher.ts",
    find: `if (bytes > mostBytes) {`,
    replace: `if (parts.length === 0) {`,
    tests: ["packages/local/test/batch.test.ts"],
  },
  {
    name: "newest dead letters that are not",
    file: "packages/local/src/control/dead-letters.ts",
    find: `if (letters.length < lettersAtOnce) return newest;`,
    replace: `return newest;`,
    tests: ["packages/local/test/operator.test.ts"],
    only: "the newest of all",
  },
  {
    name: "question that changes the session of others",
    file: "packages/local/src/control/run-sql.ts",
    find: `await session.execute(forget);`,
    replace: ``,
    tests: ["packages/local/test/operator.test.ts"],
    only: "leaves nothing",
  },
  {
    name: "statement that never ends",
    file: "packages/local/src/sql/database-thread.ts",
    find: `timer = setTimeout(end, (seconds + graceSeconds) * 1000, reason);`,
    replace: ``,
    tests: ["packages/local/test/sql/thread.test.ts"],
    only: "past its deadline",
  },
  {
    name: "database that is gone with its thread",
    file: "packages/local/src/sql/database-thread.ts",
    find: `if (!hasClosed) await forgetHolder(start.url);`,
    replace: ``,
    tests: ["packages/local/test/sql/thread.test.ts"],
    only: "opened anew",
  },
];

const mqtt = "packages/connectors/src/topic/mqtt";
const iot = "apps/iot-ingest";

/** Of topics, and of readings that come by them. */
const topics: readonly Fault[] = [
  {
    name: "message acknowledged before it was handled",
    file: `${mqtt}/subscription.ts`,
    find: `    this.#wake?.();
  }

  #makeRoom`,
    replace: `    if (messageId !== undefined) connection.acknowledge(messageId);
    this.#wake?.();
  }

  #makeRoom`,
    tests: ["packages/connectors/test/topic/mqtt.test.ts"],
    only: "gets again",
  },
  {
    name: "message handled while its connection was gone, that comes again",
    file: `${mqtt}/window.ts`,
    find: `if (this.#ended.delete(id)) return false;`,
    replace: `this.#ended.delete(id);`,
    tests: ["packages/connectors/test/topic/mqtt-connection.test.ts"],
    only: "nor what was done meanwhile",
  },
  {
    name: "window without an end",
    file: `${mqtt}/subscription.ts`,
    find: `connection.pause();`,
    replace: `connection.resume();`,
    tests: ["packages/connectors/test/topic/mqtt-connection.test.ts"],
    only: "holds no more",
  },
  {
    name: "device told before its message is in the journal",
    file: "packages/local/src/broker/broker.ts",
    find: `  await onMessage({ topic, payload, id });`,
    replace: `  void onMessage({ topic, payload, id }).catch(() => {});`,
    tests: ["packages/local/test/topics.test.ts"],
    only: "kills later",
  },
  {
    name: "device that publishes for another",
    file: "packages/local/src/broker/guard.ts",
    find: `topic.startsWith(\`\${who.topic}/\`)`,
    replace: `topic.startsWith(who.topic)`,
    tests: ["packages/local/test/broker.test.ts"],
  },
  {
    name: "equal readings taken for one",
    file: "packages/local/src/broker/seen-before.ts",
    find: `const known = isAgain ? this.#ids.get(sending) : undefined;`,
    replace: `const known = this.#ids.get(sending);`,
    tests: ["packages/local/test/broker.test.ts"],
  },
  {
    name: "average of what was there before",
    file: `${iot}/src/store.ts`,
    find: `       from fresh group by 1, 2, 3`,
    replace: `       from readings group by 1, 2, 3`,
    tests: [`${iot}/test/properties.test.ts`],
    only: "keeps every good",
  },
  {
    name: "alert by a reading that comes late",
    file: `${iot}/src/judge.ts`,
    find: `if (watch !== undefined && at <= watch.at) continue;`,
    replace: ``,
    tests: [`${iot}/test/alerts.test.ts`],
  },
  {
    name: "reading that outlived its duplicate",
    file: `${iot}/src/measured-at.ts`,
    find: `if (at < now - rawDays * 24 * hour + hour)`,
    replace: `if (at < -now)`,
    tests: [`${iot}/test/ingest-readings.test.ts`],
    only: "waited in line",
  },
  {
    name: "device that posts for another",
    file: `${iot}/src/device-password.ts`,
    find: `\`\${device}:\${passwordOf(key, device)}\``,
    replace: `\`\${given.split(":")[0]}:\${passwordOf(key, given.split(":")[0] ?? "")}\``,
    tests: [`${iot}/test/http.test.ts`],
    only: "refused without its own",
  },
];

const formats = "packages/formats";
const schedules = "packages/schedules";
const cron = "apps/cron-replacement";
const etl = "apps/etl";

/** Of schedules and what is run by them, of rows on their way from a file into database and lake. */
const ledgers: readonly Fault[] = [
  {
    name: "time of day that a spring night swallows",
    file: `${schedules}/src/due.ts`,
    find: `if (skipped === 0 || !makesUp) return false;`,
    replace: `if (skipped === 0 || makesUp) return false;`,
    tests: [`${schedules}/test/dst.test.ts`],
  },
  {
    name: "time of day that an autumn night runs twice",
    file: `${schedules}/src/due.ts`,
    find: `return repeats ? start : Math.max(start, repeatsUntil);`,
    replace: `return start;`,
    tests: [`${schedules}/test/dst.test.ts`],
  },
  {
    name: "paused job that runs",
    file: `${cron}/src/plan.ts`,
    find: `if (state.paused) return decide("paused");`,
    replace: ``,
    tests: [`${cron}/test/steering.test.ts`],
  },
  {
    name: "due time without a row",
    file: `${cron}/src/plan.ts`,
    find: `return { ...state, owed: [...state.owed, row] };`,
    replace: `return state;`,
    tests: [`${cron}/test/overlap.test.ts`],
  },
  {
    name: "quote that is cut where a piece ends",
    file: `${formats}/src/csv/row.ts`,
    find: `return at < length ? broken : unfinished;`,
    replace: `return broken;`,
    tests: [`${formats}/test/csv.test.ts`],
  },
  {
    name: "row with a field too few that passes",
    file: `${formats}/src/csv/read.ts`,
    find: `if (rows.every(fits)) return rows;`,
    replace: `if (rows.some(fits)) return rows;`,
    tests: [`${formats}/test/csv.test.ts`],
  },
  {
    name: "piece that is saved beside the one before",
    file: `${formats}/src/one-ahead.ts`,
    find: `    await this.#saving;
    this.#saving = work`,
    replace: `    this.#saving = work`,
    tests: [`${formats}/test/one-ahead.test.ts`],
  },
  {
    name: "character that is cut where a line is longer than a piece",
    file: `${formats}/src/text.ts`,
    find: `isWhole && !isBegun`,
    replace: `isWhole`,
    tests: [`${formats}/test/text.test.ts`],
    only: "wherever the bytes are cut",
  },
  {
    name: "rows of Parquet that are there many times over",
    file: `${formats}/src/parquet/claims.ts`,
    find: `    packed += sum(`,
    replace: `    packed = sum(`,
    tests: [`${formats}/test/parquet-claims.test.ts`],
  },
  {
    name: "load held though each try gets further",
    file: `${etl}/src/loads.ts`,
    find: `read_rows = \${to}, breaks = 0,`,
    replace: `read_rows = \${to},`,
    tests: [`${etl}/test/operate.test.ts`],
    only: "gets further",
  },
  {
    name: "rows that outlive their load",
    file: `${etl}/src/loads.ts`,
    find: `if (count > 0) await tx.query`,
    replace: `if (count > 9) await tx.query`,
    tests: [`${etl}/test/invariants.test.ts`],
    only: "half way",
  },
  {
    name: "rows that two consumers load",
    file: `${etl}/src/loads.ts`,
    find: ` and read_rows = \${from}`,
    replace: ``,
    tests: [`${etl}/test/invariants.test.ts`],
    only: "two consumers",
  },
  {
    name: "half a file that is published",
    file: `${etl}/src/settle.ts`,
    find: `if (isCut) return`,
    replace: `if (isCut && readRows < 0) return`,
    tests: [`${etl}/test/load.test.ts`],
    only: "is held with",
  },
  {
    name: "commit to the lake that overwrites another",
    file: "packages/connectors/src/lake/table.ts",
    find: `: { ifMatch: found.etag };`,
    replace: `: {};`,
    tests: ["packages/connectors/test/lake/lake.test.ts"],
    only: "loses no change",
  },
  {
    name: "query that reads the machine's files",
    file: "packages/connectors/src/warehouse/duckdb/engine.ts",
    find: `    "set enable_external_access = false",\n`,
    replace: ``,
    tests: ["packages/connectors/test/warehouse/duckdb.test.ts"],
    only: "let out",
  },
  {
    name: "object on a later page that counts as removed",
    file: "packages/local/src/events/poll-store.ts",
    find: `($3::text is null or key <= $3)`,
    replace: `($3::text is null or true)`,
    tests: ["packages/local/test/poll-store.test.ts"],
  },
];

export const faults: readonly Fault[] = [...heart, ...adapters, ...topics, ...ledgers];
