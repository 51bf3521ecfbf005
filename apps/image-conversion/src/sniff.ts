// What a file is by its first bytes: for serving it safely, and before the image library, which guesses more, sees it.

const signatures: readonly (readonly [type: string, test: (start: Buffer) => boolean])[] = [
  ["image/jpeg", (start) => start.toString("latin1", 0, 3) === "\xff\xd8\xff"],
  ["image/png", (start) => start.toString("latin1", 0, 8) === "\x89PNG\r\n\x1a\n"],
  ["image/gif", (start) => /^GIF8[79]a/.test(start.toString("latin1", 0, 6))],
  ["image/webp", (start) => /^RIFF....WEBP/s.test(start.toString("latin1", 0, 12))],
  ["image/avif", (start) => /^\0\0..ftypavi[fs]/s.test(start.toString("latin1", 0, 12))],
  [
    "image/heif",
    (start) => /^\0\0..ftyp(?:he[iv][cfmsx]|mi[af]f|m[is]f1)/s.test(start.toString("latin1", 0, 12)),
  ],
  [
    "image/svg+xml",
    (start) => /^(?:\xef\xbb\xbf)?[\t\n\r ]*<(?:\?xml|!--|!DOCTYPE svg|svg)/.test(start.toString("latin1")),
  ],
];

/** One of the media types this app reads, HEIF, or undefined; `start` is at least the first 12 bytes of the file. */
export function sniff(start: Uint8Array): string | undefined {
  const head = Buffer.from(start.buffer, start.byteOffset, Math.min(start.byteLength, 1000));
  return signatures.find(([, test]) => test(head))?.[0];
}

const endings: Readonly<Record<string, string>> = {
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  png: "image/png",
  gif: "image/gif",
  webp: "image/webp",
  avif: "image/avif",
  svg: "image/svg+xml",
};

/** The media type that a name claims by its ending; empty when it claims none that this app reads. */
export function claimOfName(name: string): string {
  const ending = /\.([a-z]+)$/i.exec(name)?.[1]?.toLowerCase() ?? "";
  return (Object.hasOwn(endings, ending) ? endings[ending] : undefined) ?? "";
}
