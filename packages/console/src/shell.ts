// The HTML around the page: it only says what to load.

/** @param assets paths of one script, one style sheet and one icon. */
export function shell(assets: readonly string[]): string {
  const ending = (extension: string) => assets.find((path) => path.endsWith(extension)) ?? "";
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>faasade · local world</title>
<link rel="icon" href="${ending(".svg")}" type="image/svg+xml">
<link rel="stylesheet" href="${ending(".css")}">
<script type="module" src="${ending(".js")}"></script>
</head>
<body>
<div id="root"></div>
<noscript>This page shows the local world as it changes, which needs JavaScript.
Without it, use the command: npm run faasade -- help</noscript>
</body>
</html>
`;
}
