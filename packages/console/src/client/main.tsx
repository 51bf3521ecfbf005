// The page's entry: takes the token, draws, and begins to listen.
import { render } from "preact";
import { App } from "./app.tsx";
import { startLive } from "./live.ts";
import { takeToken } from "./token.ts";

takeToken();
startLive();
const root = document.getElementById("root");
if (root !== null) render(<App />, root);
