// What a process writes, line by line.

/** The last line need not end; of one without an end, 64 KiB are kept. */
export function readLines(stream: NodeJS.ReadableStream | null, onLine: (line: string) => void): void {
  let rest = "";
  stream?.setEncoding("utf8");
  stream?.on("data", (text: string) => {
    const lines = (rest + text).split(/\r?\n/);
    rest = (lines.pop() ?? "").slice(-65_536);
    lines.forEach(onLine);
  });
  stream?.on("end", () => rest !== "" && onLine(rest));
}
