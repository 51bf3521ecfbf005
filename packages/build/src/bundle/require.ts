// What a CommonJS module expects to find and an ES module does not have, given only to the files that ask for it.
const needs: readonly (readonly [RegExp, string])[] = [
  [
    /\btypeof require\b/,
    'const require=process.getBuiltinModule("node:module").createRequire(import.meta.url);',
  ],
  [/\b__filename\b/, "const __filename=import.meta.filename;"],
  [/\b__dirname\b/, "const __dirname=import.meta.dirname;"],
];

export function withRequire(contents: Uint8Array): Uint8Array {
  const text = new TextDecoder().decode(contents);
  const declared = needs.filter(([asked]) => asked.test(text)).map(([, declaration]) => declaration);
  return declared.length === 0 ? contents : new TextEncoder().encode(declared.join("") + text);
}
