// What AWS Lambda cannot be given as it is.
import { refuserFor } from "../../shared/refusal.ts";

export const refused = refuserFor("AWS Lambda");
