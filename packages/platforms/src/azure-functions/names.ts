// What functions, routes and settings are called where the host knows them.

/** The function that all HTTP routes of an app share: no name of ours has a capital letter. */
export const httpFunction = "Http";

/** Every method that the host routes. */
export const httpMethods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"] as const;

/** Where a function is called by name, without the slash in front. */
export function callRoute(name: string): string {
  return `.faasade/events/${name}`;
}

/** A schedule that takes two expressions has two timers. */
export function timerName(name: string, at: number): string {
  return at === 0 ? name : `${name}_${at + 1}`;
}

/** What every HTTP route of a custom handler begins with, and no invocation: so nobody outside can send one. */
export const routePrefix = "/api";

/** The setting with how often each function may be tried, as JSON: `{"tick":3}`. */
export const attemptsSetting = "FAASADE_ATTEMPTS";
/** The setting with when each function is due, in the host's form, as JSON: `{"tick":["0 0 6 * * *"]}`. */
export const schedulesSetting = "FAASADE_SCHEDULES";
/** The host's own setting, which it reads in the place of `functionTimeout` in host.json. */
export const timeoutSetting = "AzureFunctionsJobHost__functionTimeout";
