/** A copy of the checkout as it stands, in which a test can be made to fail: its own sources, the same packages. */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { allWorkspaces } from "../workspaces.ts";

/** What git knows or would add, with `node_modules` linked; the workspaces' own packages are those of the copy. */
export function copyCheckout(root: string, folder: string): void {
  const list = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const files = execFileSync("git", list, { cwd: root, encoding: "utf8", maxBuffer: 1 << 26 }).split("\0");
  for (const file of files) {
    if (file === "" || !existsSync(join(root, file))) continue;
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(root, file), join(folder, file));
  }
  const modules = join(folder, "node_modules");
  mkdirSync(join(modules, "@faasade"), { recursive: true });
  for (const name of readdirSync(join(root, "node_modules")))
    if (name !== "@faasade") link(join(root, "node_modules", name), join(modules, name));
  for (const { folder: workspace, packageName } of allWorkspaces()) {
    if (packageName === "//") continue;
    link(join(folder, workspace), join(modules, packageName));
    const own = join(root, workspace, "node_modules");
    if (existsSync(own)) link(own, join(folder, workspace, "node_modules"));
  }
}

function link(target: string, path: string): void {
  symlinkSync(target, path, "junction");
}
