// What jobs print, and alerts, to whom the crontab names.
import { mail } from "@faasade/connectors/mail";

export const notices = mail("notices");
