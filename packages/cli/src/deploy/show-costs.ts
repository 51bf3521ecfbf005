// What a deployment costs, as people read it; and whether that is within a budget.
import { type CostLine, type Costs, total } from "@faasade/deploy";
import { CommandFailure, exitCodes } from "../exit-code.ts";
import { columns } from "../output.ts";

/** Lines for the section of a plan. */
export function costLines(costs: Costs): string[] {
  const { prices, idle, uses, yours } = costs;
  const lines: string[] = [];
  if (prices !== undefined) {
    lines.push(`idle for a month        ${dollars(total(idle))}`, ...table(idle));
    if (uses !== undefined)
      lines.push(
        `${uses.count.toLocaleString("en")} × ${uses.unit}   ${dollars(total(uses.lines))}`,
        ...table(uses.lines),
      );
    else lines.push('what a use costs is not known: the app\'s package.json has no "faasade.usage"');
    lines.push(
      `by the prices of ${prices.region} as of ${prices.at}, free tiers not taken off${doubts(costs)}`,
    );
    if (prices.asked !== undefined)
      lines.push(`there are no prices of ${prices.asked} here: these are those of ${prices.region}`);
  }
  for (const one of yours) lines.push(`besides: ${one}, at your own price`);
  return lines;
}

/** What a month of ten thousand uses comes to, in dollars. */
export function monthOf({ idle, uses }: Costs): number {
  return total(idle) + total(uses?.lines ?? []);
}

/** @throws {CommandFailure} when it costs more, or nobody knows what it costs. */
export function checkBudget(costs: Costs, budget: number | undefined): void {
  if (budget === undefined) return;
  const refuse = (why: string): CommandFailure =>
    new CommandFailure(exitCodes.refused, `Cannot keep to a budget of ${dollars(budget)} a month: ${why}`);
  const { prices, uses, yours } = costs;
  if (prices === undefined)
    throw refuse(`it runs on ${yours.join(", ")}, and what that costs only you know.`);
  if (uses === undefined)
    throw refuse('the app\'s package.json has no "faasade.usage", so nobody knows what a use comes to.');
  const month = monthOf(costs);
  if (month > budget)
    throw refuse(
      `idle ${dollars(total(costs.idle))} and ${uses.count.toLocaleString("en")} × ${uses.unit} ${dollars(total(uses.lines))} are ${dollars(month)}.`,
    );
}

function table(lines: readonly CostLine[]): string[] {
  const sorted = lines.toSorted((one, other) => other.dollars - one.dollars);
  const rows = sorted.map(({ what, quantity, dollars: amount, known }) => [
    dollars(amount).padStart(10),
    `${amountOf(quantity)} × ${what}${known !== "read" ? " *" : ""}`,
  ]);
  return columns(rows, "  ").split("\n").filter(Boolean);
}

function doubts({ idle, uses }: Costs): string {
  const isDoubted = [...idle, ...(uses?.lines ?? [])].some(({ known }) => known !== "read");
  return isDoubted ? "; * not checked against the platform's own page: see packages/deploy/src/costs" : "";
}

export function dollars(amount: number): string {
  if (amount === 0) return "$0";
  return amount < 0.005 ? "< $0.01" : `$${amount.toFixed(2)}`;
}

function amountOf(quantity: number): string {
  return quantity.toLocaleString("en", { maximumSignificantDigits: 3 });
}
