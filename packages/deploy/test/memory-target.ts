// A place to deploy to that is a map in memory: what the engine does is seen without any platform.
import type { BuildResult } from "@faasade/build";
import type { Ledger } from "../src/ledger.ts";
import type { Change, Need, Standing, StandingResource, Step, Target } from "../src/target.ts";

export class MemoryTarget implements Target {
  readonly platforms = ["memory"];
  readonly options = {
    region: { description: "where", variables: ["MEMORY_REGION"], identifies: true },
    endpoint: { description: "by which address", variables: ["MEMORY_ENDPOINT"] },
  } as const;
  /** What stands, by name; a store holds data. */
  readonly resources = new Map<string, string>();
  ledger: Ledger | undefined;
  needed: readonly Need[] = [];
  /** The step that fails, and how often it still does. */
  failing: { step: string; times: number } | undefined;
  /** Whether it can be asked at all. */
  isReached = true;

  async checks() {
    return [];
  }

  async look(): Promise<Standing> {
    if (!this.isReached) throw new Error("Cannot ask memory: it is asleep.");
    const resources = [...this.resources.keys()].map((id) => this.#standing(id));
    if (this.ledger === undefined) return { state: "absent", resources };
    return { state: "ready", ledger: this.ledger, resources };
  }

  async compare({ build }: { build: BuildResult }, standing: Standing): Promise<readonly Change[]> {
    const wanted = contentOf(build);
    const there = new Set(standing.resources.map(({ id }) => id));
    const changes = [...wanted].map(([name, content]): Change => {
      if (!there.has(name)) return { what: "create", type: "memory", name };
      const isSame = this.resources.get(name) === content;
      return { what: isSame ? "unchanged" : "change", type: "memory", name };
    });
    const gone = [...there].filter((name) => !wanted.has(name));
    return [
      ...changes,
      ...gone.map(
        (name): Change => ({ what: name.startsWith("store-") ? "orphan" : "remove", type: "memory", name }),
      ),
    ];
  }

  async needs(): Promise<readonly Need[]> {
    return this.needed;
  }

  async deploying({ build, ledger }: { build: BuildResult; ledger: Ledger }): Promise<readonly Step[]> {
    const wanted = contentOf(build);
    return [
      ...[...wanted].map(([name, content]) =>
        this.#step(`put-${name}`, () => {
          if (this.resources.get(name) === content) return undefined;
          this.resources.set(name, content);
          return "written";
        }),
      ),
      this.#step("remember", () => {
        for (const name of this.resources.keys())
          if (!wanted.has(name) && !name.startsWith("store-")) this.resources.delete(name);
        this.ledger = { ...ledger, url: "https://memory.example" };
        return "remembered";
      }),
    ];
  }

  async destroying(
    _id: unknown,
    standing: Standing,
    _place: unknown,
    { deleteData }: { deleteData: boolean },
  ) {
    return standing.resources
      .filter(({ holdsData }) => deleteData || !holdsData)
      .map(({ id }) =>
        this.#step(`remove-${id}`, () => {
          this.ledger = undefined;
          return this.resources.delete(id) ? "removed" : undefined;
        }),
      );
  }

  async witness() {
    return { proof: "double", why: "it is a map" } as const;
  }

  async open(): Promise<never> {
    throw new Error("Cannot open memory.");
  }

  #standing(id: string): StandingResource {
    return { id, type: "memory", holdsData: id.startsWith("store-") };
  }

  #step(name: string, effect: () => string | undefined): Step {
    return {
      name,
      command: `memory ${name}`,
      run: async () => {
        if (this.failing?.step === name && this.failing.times > 0) {
          this.failing.times -= 1;
          throw new Error(`Cannot ${name}: it was interrupted.`);
        }
        return effect();
      },
    };
  }
}

/** A resource per artefact, and one per store of the driver `memory`. */
function contentOf({ artefacts, resources, packaging }: BuildResult): Map<string, string> {
  const stores = resources.filter(({ driver }) => driver === "memory");
  return new Map([
    ...artefacts.map(({ name, packedBytes }) => [name, `${packaging} ${packedBytes}`] as const),
    ...stores.map(({ name }) => [`store-${name}`, ""] as const),
  ]);
}
