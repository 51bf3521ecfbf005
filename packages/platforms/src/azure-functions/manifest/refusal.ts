// What Azure Functions cannot be given as it is.
import { refuserFor } from "../../shared/refusal.ts";

export const refused = refuserFor("Azure Functions");
