// What an app's story is written in: steps to try, told by its README, and run against the app wherever it is.

/** The default export of `apps/<app>/story.ts`. Its steps stand on each other and may be told again on the same stage. */
export type Story = readonly StoryStep[];

export interface StoryStep {
  /** What is seen when it went well: `a signed URL answers anyone`. */
  readonly title: string;
  /** @throws when it is otherwise. */
  run(app: StoryApp): Promise<void>;
}

/** An app that runs somewhere, with what the command for stages can do. */
export interface StoryApp {
  /** The app's origin, without a slash at the end. Empty where no function answers by HTTP. */
  readonly url: string;
  /** Lower case letters and digits, other ones each time: names what a story makes. */
  readonly unique: string;
  /** A path is asked for as whom the platform lets through, a whole URL as anybody. */
  fetch(target: string, request?: StoryRequest): Promise<Response>;
  /** Starts a function that is no http function. @throws with the reason when it fails. */
  invoke(name: string, data?: unknown): Promise<unknown>;
  objects(store: string): StoryObjects;
  /** What was given up, with its reason and its message. */
  deadLetters(): Promise<readonly { readonly reason: string; readonly body: string }[]>;
  /** Asks again until there is an answer. @throws after two minutes, or what `ask` throws. */
  eventually<Answer>(what: string, ask: () => Promise<Answer | undefined>): Promise<Answer>;
}

export interface StoryRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

export interface StoryObjects {
  put(key: string, content: string | Uint8Array): Promise<void>;
  get(key: string): Promise<Uint8Array | undefined>;
  delete(key: string): Promise<void>;
}
