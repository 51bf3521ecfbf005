// Incidents: the silence that only the clock can tell, and telling of all of them, once each.
import type { SqlWriter } from "@faasade/connectors/sql";
import type { TopicSender } from "@faasade/connectors/topic";
import type { Alert } from "./resources/alerts.ts";
import type { Rules } from "./resources/rules.ts";
import { keepChanges } from "./watch.ts";

interface IncidentRow {
  readonly rule: string;
  readonly device: string;
  readonly opened_at: string;
  readonly closed_at: string | null;
  readonly opened_value: number;
  readonly closed_value: number | null;
  readonly told_opened: boolean;
  readonly told_closed: boolean;
}

const atOnce = 500;

/** Opens an incident for each device that a rule has heard nothing of for too long. */
export async function openSilences(database: SqlWriter, rules: Rules, now: number): Promise<void> {
  for (const rule of rules.filter(({ kind }) => kind === "missing")) {
    const milliseconds = Math.round(rule.raise * 1000);
    await database.transaction(async (tx) => {
      const { rows } = await tx.query<{ device: string; opened_at: string; value: number }>`
        update watches set opened_at = at + ${milliseconds}::bigint
        where rule = ${rule.name} and opened_at is null and at + ${milliseconds}::bigint <= ${now}::bigint
        returning device, opened_at, value`;
      const changes = rows.map(({ device, opened_at, value }) => {
        const openedAt = Number(opened_at);
        return { rule: rule.name, device, state: "opened", openedAt, at: openedAt, value } as const;
      });
      await keepChanges(tx, changes);
    });
  }
}

/** A crash in between tells again under the same id, and a topic takes what has one id for one. */
export async function tell(database: SqlWriter, alerts: TopicSender<Alert>, rules: Rules): Promise<void> {
  for (;;) {
    const { rows } = await database.query<IncidentRow>`
      select * from incidents where not told_opened or (closed_at is not null and not told_closed)
      order by opened_at limit ${atOnce}`;
    if (rows.length === 0) return;
    await alerts.sendAll(rows.flatMap((row) => alertsOf(row, rules)));
    await database.query(
      `update incidents set told_opened = true, told_closed = told_closed or told.closed
       from unnest($1::text[], $2::text[], $3::bigint[], $4::boolean[]) as told (rule, device, opened_at, closed)
       where (incidents.rule, incidents.device, incidents.opened_at) = (told.rule, told.device, told.opened_at)`,
      [
        rows.map(({ rule }) => rule),
        rows.map(({ device }) => device),
        rows.map(({ opened_at }) => opened_at),
        rows.map(({ closed_at }) => closed_at !== null),
      ],
    );
  }
}

function alertsOf(row: IncidentRow, rules: Rules): { id: string; key: string; message: Alert }[] {
  const { rule, device, opened_at, closed_at, opened_value, closed_value } = row;
  const metric = rules.find(({ name }) => name === rule)?.metric ?? "";
  const alert = (state: Alert["state"], at: string, value: number) => ({
    id: `${rule}:${device}:${opened_at}:${state}`,
    key: device,
    message: { rule, device, metric, state, at: new Date(Number(at)).toISOString(), value },
  });
  return [
    ...(row.told_opened ? [] : [alert("opened", opened_at, opened_value)]),
    ...(row.told_closed || closed_at === null
      ? []
      : [alert("closed", closed_at, closed_value ?? opened_value)]),
  ];
}
