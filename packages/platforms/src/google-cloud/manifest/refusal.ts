// What Google Cloud cannot be given as it is.
import { refuserFor } from "../../shared/refusal.ts";

export const refused = refuserFor("Google Cloud");
