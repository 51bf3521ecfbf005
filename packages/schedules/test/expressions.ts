// Random expressions together with the values they stand for, so that an oracle need not trust our parser.
import fc from "fast-check";

export interface DrawnField {
  readonly text: string;
  readonly values: ReadonlySet<number>;
}

export interface DrawnCron {
  readonly expression: string;
  readonly minute: DrawnField;
  readonly hour: DrawnField;
  readonly day: DrawnField;
  readonly month: DrawnField;
  readonly weekday: DrawnField;
}

function upwards(from: number, to: number, step: number): Set<number> {
  return new Set(
    Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step),
  );
}

function star(min: number, max: number): fc.Arbitrary<DrawnField> {
  return fc.constant({ text: "*", values: upwards(min, max, 1) });
}

function stepped(min: number, max: number): fc.Arbitrary<DrawnField> {
  const steps = fc.integer({ min: 1, max: max - min });
  return steps.map((step) => ({ text: `*/${step}`, values: upwards(min, max, step) }));
}

function restricted(min: number, max: number): fc.Arbitrary<DrawnField> {
  const value = fc.integer({ min, max });
  const single = value.map((only) => ({ text: `${only}`, values: new Set([only]) }));
  const range = fc.tuple(value, value, fc.integer({ min: 1, max: max - min })).map(([one, other, step]) => {
    const [from, to] = [Math.min(one, other), Math.max(one, other)];
    return { text: step === 1 ? `${from}-${to}` : `${from}-${to}/${step}`, values: upwards(from, to, step) };
  });
  const list = fc.array(fc.oneof(single, range), { minLength: 2, maxLength: 4 }).map((items) => ({
    text: items.map(({ text }) => text).join(","),
    values: new Set(items.flatMap(({ values }) => [...values])),
  }));
  return fc.oneof(single, range, list);
}

function anyField(min: number, max: number): fc.Arbitrary<DrawnField> {
  return fc.oneof(star(min, max), stepped(min, max), restricted(min, max));
}

/** `stars`: whether a day field may be a stepped star, on which dialects disagree. */
export function cronExpressions({ stars }: { stars: boolean }): fc.Arbitrary<DrawnCron> {
  const dayField = (min: number, max: number) =>
    fc.oneof({ weight: 3, arbitrary: star(min, max) }, stars ? anyField(min, max) : restricted(min, max));
  return fc
    .record({
      minute: anyField(0, 59),
      hour: fc.oneof({ weight: 2, arbitrary: anyField(0, 23) }, restricted(0, 4)),
      day: dayField(1, 31),
      month: fc.oneof({ weight: 4, arbitrary: star(1, 12) }, anyField(1, 12)),
      weekday: dayField(0, 6),
    })
    .filter(({ day, month }) => [...day.values].some((value) => value <= 28) || month.values.size > 11)
    .map((fields) => {
      const { minute, hour, day, month, weekday } = fields;
      return { ...fields, expression: [minute, hour, day, month, weekday].map(({ text }) => text).join(" ") };
    });
}

export function matches(cron: DrawnCron, local: Date): boolean {
  const day = cron.day.values.has(local.getUTCDate());
  const weekday = cron.weekday.values.has(local.getUTCDay());
  const either = !cron.day.text.startsWith("*") && !cron.weekday.text.startsWith("*");
  return (
    cron.minute.values.has(local.getUTCMinutes()) &&
    cron.hour.values.has(local.getUTCHours()) &&
    cron.month.values.has(local.getUTCMonth() + 1) &&
    (either ? day || weekday : day && weekday)
  );
}
