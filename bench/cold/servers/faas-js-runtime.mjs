// It routes nothing: functions answer at `/`.
export function handle({ query }) {
  return { greeting: `Hello, ${query.name}!`, at: new Date().toISOString() };
}
