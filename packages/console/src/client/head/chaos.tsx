// Faults to inject: how often a delivery is doubled, held back, or its app killed.
import type { Chaos } from "@faasade/local/control-api";
import { setChaos } from "../control.ts";
import { Failure, Submit, useAction } from "../parts/action.tsx";
import { world } from "../state.ts";

const none: Chaos = { duplicate: 0, delaySeconds: 0, crash: 0 };

export function ChaosControl({ chaos }: { readonly chaos: Chaos }) {
  const { progress, run } = useAction(async (wanted: Chaos) => {
    const set = await setChaos(wanted);
    if (world.value !== undefined) world.value = { ...world.value, chaos: set };
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const share = (name: string): number => Number(form.get(name)) / 100;
    void run({
      duplicate: share("duplicate"),
      delaySeconds: Number(form.get("delay")),
      crash: share("crash"),
    });
  };
  const words = inWords(chaos);
  const { duplicate, delaySeconds, crash } = chaos;
  return (
    <section class="chaos" aria-labelledby="chaos-title">
      <h2 id="chaos-title">Faults</h2>
      <p class={words === "" ? "quiet" : "warning"}>{words === "" ? "None injected." : `⚠ ${words}`}</p>
      <details>
        <summary>{words === "" ? "Inject faults" : "Change faults"}</summary>
        <form key={JSON.stringify(chaos)} onSubmit={submit}>
          <Amount name="duplicate" label="Duplicates" unit="%" max={100} value={duplicate * 100} />
          <Amount name="delay" label="Delay" unit="s" max={3600} value={delaySeconds} />
          <Amount name="crash" label="Crashes" unit="%" max={100} value={crash * 100} />
          <div class="row">
            <Submit progress={progress}>Apply</Submit>
            <button type="button" onClick={() => run(none)}>
              None
            </button>
          </div>
        </form>
      </details>
      <Failure of={progress} />
    </section>
  );
}

interface AmountProps {
  readonly name: string;
  readonly label: string;
  readonly unit: string;
  readonly max: number;
  readonly value: number;
}

function Amount({ name, label, unit, max, value }: AmountProps) {
  return (
    <label>
      {label}, {unit}
      <input
        type="number"
        name={name}
        min={0}
        max={max}
        step="any"
        required
        value={Number(value.toFixed(3))}
      />
    </label>
  );
}

function inWords({ duplicate, delaySeconds, crash }: Chaos): string {
  const percent = (share: number): string => `${Number((share * 100).toFixed(1))} %`;
  const words = [
    duplicate > 0 && `${percent(duplicate)} of deliveries doubled`,
    delaySeconds > 0 && `held back ${delaySeconds} s`,
    crash > 0 && `${percent(crash)} crash`,
  ];
  return words.filter(Boolean).join(", ");
}
