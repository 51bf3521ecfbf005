// The mails that apps sent, for the page and the command.
import { FunctionError } from "@faasade/core";
import type { World } from "../world.ts";
import type { MailContent, MailSummary } from "./api.ts";
import { limitOf } from "./given.ts";
import type { ControlCall } from "./routes.ts";

/** All of them, or the one whose id follows in the path. */
export async function answerMails(
  world: World,
  { path, query }: ControlCall,
): Promise<{ mails: MailSummary[] } | MailContent> {
  const [id] = path;
  if (id === undefined)
    return {
      mails: await world.mails.list({ app: query.get("app") ?? undefined, limit: limitOf(query, 50, 1000) }),
    };
  const found = await world.mails.find(id);
  if (found !== undefined) return found;
  throw new FunctionError("not_found", `Cannot show the mail ${id}: there is none. See mails list.`);
}
