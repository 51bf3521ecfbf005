// The mails that apps sent: one file each as it came, the newest kept.
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { MailContent, MailSummary } from "../control/api.ts";

/** A mail as its file's name tells it: `00000042.shop.reports.eml`. */
interface Kept {
  readonly id: string;
  readonly app: string;
  readonly resource: string;
  readonly file: string;
}

export interface MailOrigin {
  readonly app: string;
  readonly resource: string;
}

const keptMails = 1000;

export class Mails {
  readonly #folder: string;
  readonly #parsed = new Map<string, Promise<MailContent>>();
  /** Oldest first. */
  #kept: Kept[] = [];
  #sequence = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Takes up what earlier worlds on this data kept. */
  async open(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const files = (await readdir(this.#folder)).sort();
    this.#kept = files.flatMap((file): Kept[] => {
      const [, id = "", app = "", resource = ""] =
        /^(\d+)\.([a-z0-9-]+)\.([a-z0-9-]+)\.eml$/.exec(file) ?? [];
      return id === "" ? [] : [{ id: String(Number(id)), app, resource, file }];
    });
    this.#sequence = Number(this.#kept.at(-1)?.id ?? 0);
  }

  /** Resolves when the mail is on the disk. */
  async keep({ app, resource }: MailOrigin, bytes: Uint8Array): Promise<MailSummary> {
    this.#sequence += 1;
    const id = String(this.#sequence);
    const file = `${id.padStart(8, "0")}.${app}.${resource}.eml`;
    const path = join(this.#folder, file);
    await writeFile(`${path}.draft`, bytes, { mode: 0o600, flush: true });
    await rename(`${path}.draft`, path);
    this.#kept.push({ id, app, resource, file });
    await this.#forgetOld();
    return summaryOf(await this.#parse({ id, app, resource, file }));
  }

  /** The newest first. */
  async list({ app, limit }: { app?: string | undefined; limit: number }): Promise<MailSummary[]> {
    const meant = this.#kept.filter((one) => app === undefined || one.app === app);
    return Promise.all(
      meant
        .slice(-limit)
        .reverse()
        .map(async (one) => summaryOf(await this.#parse(one))),
    );
  }

  async find(id: string): Promise<MailContent | undefined> {
    const kept = this.#kept.find((one) => one.id === id);
    return kept && this.#parse(kept);
  }

  count(app: string, resource: string): number {
    return this.#kept.filter((one) => one.app === app && one.resource === resource).length;
  }

  #parse(kept: Kept): Promise<MailContent> {
    let parsing = this.#parsed.get(kept.id);
    if (parsing === undefined) {
      parsing = parse(kept, join(this.#folder, kept.file));
      this.#parsed.set(kept.id, parsing);
      parsing.catch(() => this.#parsed.delete(kept.id));
    }
    return parsing;
  }

  async #forgetOld(): Promise<void> {
    for (const { id, file } of this.#kept.splice(0, Math.max(0, this.#kept.length - keptMails))) {
      this.#parsed.delete(id);
      await rm(join(this.#folder, file), { force: true });
    }
  }
}

async function parse({ id, app, resource }: Kept, path: string): Promise<MailContent> {
  const [{ simpleParser }, bytes] = await Promise.all([import("mailparser"), readFile(path)]);
  const parsed = await simpleParser(bytes, {
    skipHtmlToText: true,
    skipTextToHtml: true,
    skipImageLinks: true,
  });
  const to = [parsed.to ?? []].flat().flatMap(({ value }) => value.map(({ address = "" }) => address));
  return {
    id,
    app,
    resource,
    from: parsed.from?.text ?? "",
    to,
    subject: parsed.subject ?? "",
    sentAt: (parsed.date ?? new Date(0)).toISOString(),
    bytes: bytes.length,
    text: parsed.text ?? "",
    ...(parsed.html === false || parsed.html === undefined ? {} : { html: parsed.html }),
    headers: parsed.headerLines.map(({ line }) => line.replaceAll(/\r?\n\s*/g, " ")),
  };
}

function summaryOf({ text: _text, html: _html, headers: _headers, ...summary }: MailContent): MailSummary {
  return summary;
}
