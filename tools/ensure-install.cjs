/**
 * Makes sure that the locked packages are installed, then runs a script of this repository with the pinned Node:
 *
 *     node tools/ensure-install.cjs <script, relative to the root> [argument…]
 *
 * ES5 and no dependencies, because whatever Node the machine has runs it, before anything is installed.
 * All messages go to stderr; stdout belongs to the script.
 */
"use strict";

var childProcess = require("child_process");
var crypto = require("crypto");
var fs = require("fs");
var path = require("path");
var child = require("./install/child.cjs");
var files = require("./install/files.cjs");
var installLock = require("./install/lock.cjs");
var worlds = require("./install/worlds.cjs");

var root = path.dirname(__dirname);
var modules = path.join(root, "node_modules");
var marker = path.join(modules, ".faasade-install");
var nodeFolder = path.join(modules, "node", "bin");
var nodeName = process.platform === "win32" ? "node.exe" : "node";
var pinnedNode = path.join(nodeFolder, nodeName);
var compiled = path.join(modules, ".cache", "faasade", "compiled");
var workFolder = path.join(root, ".faasade");
var nodeAside = path.join(workFolder, "installing-node", nodeName);
var lockFile = path.join(workFolder, "install.lock");
var command = path.join(root, "packages", "cli", "src", "main.ts");

main(process.argv.slice(2));

function main(args) {
  if (args[0] === "--mark") return markInstalled();
  if (!args[0]) fail("Cannot run: no script was named. Give its path, relative to " + root + ".");
  if (isInstalled()) return run(args);
  if (runsWithWhatIsInstalled(args) && findRunningWorld()) {
    say("The packages are installed anew when the world has stopped; until then what is installed runs.");
    return run(args);
  }
  refuseReadOnly();
  installLock.lock(lockFile, sayWaiting, function (lock) {
    if (isInstalled()) return done();
    refuseWhileWorldRuns();
    install(lock, done);

    function done() {
      lock.release();
      run(args);
    }
  });
}

function run(scriptAndArgs) {
  var env = child.withPath(process.env, [nodeFolder, path.join(modules, ".bin")]);
  env.TURBO_TELEMETRY_DISABLED = "1";
  // Every process compiles the same files; where this folder cannot be written, Node does without.
  if (!env.NODE_COMPILE_CACHE) env.NODE_COMPILE_CACHE = compiled;
  var args = [path.resolve(root, scriptAndArgs[0])].concat(scriptAndArgs.slice(1));
  child.runChild(pinnedNode, args, { env: env, stdio: "inherit" }, function (error, code, signal) {
    if (error) fail("Cannot run " + pinnedNode + ": " + error.message + ".");
    child.leave(code, signal);
  });
}

function isInstalled() {
  return files.readText(marker) === wantedInstall() && fs.existsSync(pinnedNode);
}

/** npm calls this when it has installed, whoever asked for that; without the pinned Node it installed too little. */
function markInstalled() {
  var isLocked = fs.existsSync(path.join(root, "package-lock.json"));
  if (isLocked && versionOf(pinnedNode) === pinnedVersion()) files.writeAtomically(marker, wantedInstall());
}

/** What the marker says after an installation of this lockfile, for this kind of machine. */
function wantedInstall() {
  var lockfile = files.readText(path.join(root, "package-lock.json"));
  if (lockfile === undefined) {
    fail("Cannot install in " + root + ": package-lock.json is missing. Restore it from git.");
  }
  var hash = crypto.createHash("sha256").update(lockfile).digest("hex");
  return [hash, process.platform, process.arch].join(" ") + "\n";
}

function install(lock, done) {
  var wanted = wantedInstall();
  say("Installing the locked packages in " + root + " (once per package-lock.json) …");
  files.remove(marker);
  var node = nodeOutsideOfModules();
  runNpm(lock, node, ["ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"], function (code) {
    if (code !== 0) {
      fail("Cannot install the packages in " + root + ": npm ci ended with code " + code + ", see above.");
    }
    verifyPinnedNode(lock, node, function (version) {
      files.writeAtomically(marker, wanted);
      if (fs.existsSync(nodeAside)) discard(nodeAside);
      say("Installed. Node " + version + " runs everything from here on.");
      done();
    });
  });
}

/** Some settings of npm keep install scripts from running, and the script of `node` brings the binary. */
function verifyPinnedNode(lock, node, done) {
  var wanted = pinnedVersion();
  if (versionOf(pinnedNode) === wanted) return done(wanted);
  runNpm(lock, node, ["rebuild", "node"], function () {
    var found = versionOf(pinnedNode);
    if (found === wanted) return done(wanted);
    var fault = found ? "is " + found : "does not run";
    fail(
      "Cannot use the pinned Node " +
        wanted +
        ": " +
        pinnedNode +
        " " +
        fault +
        ". npm may be set to leave out " +
        "install scripts: run `npm rebuild node --ignore-scripts=false`, then this again."
    );
  });
}

function pinnedVersion() {
  return "v" + JSON.parse(fs.readFileSync(path.join(root, "package.json"), "utf8")).devDependencies.node;
}

function versionOf(node) {
  var result = childProcess.spawnSync(node, ["--version"], { encoding: "utf8" });
  return result.status === 0 ? result.stdout.trim() : undefined;
}

/**
 * npm prefers an installed Node, so this process may run the very binary that npm ci is about to delete, which
 * Windows forbids. Moved aside, it goes on working, and runs npm.
 */
function nodeOutsideOfModules() {
  if (process.execPath.indexOf(modules + path.sep) !== 0) return process.execPath;
  files.makeFolder(path.dirname(nodeAside));
  files.remove(nodeAside);
  try {
    fs.renameSync(process.execPath, nodeAside);
  } catch (_error) {
    fs.copyFileSync(process.execPath, nodeAside); // node_modules may be a volume of its own
  }
  return nodeAside;
}

/** Windows keeps what runs: there the file stays until the next installation. */
function discard(file) {
  try {
    files.remove(file);
    fs.rmdirSync(path.dirname(file));
  } catch (_error) {
    say("Left behind, and free to delete: " + file + ".");
  }
}

/** `done` gets the exit code; when a signal ends npm, it ends this process too. */
function runNpm(lock, node, args, done) {
  var npm = process.env.npm_execpath;
  var isNpm = npm && /npm-cli\.js$/.test(npm);
  var options = {
    cwd: root,
    env: child.withPath(process.env, [path.dirname(node)]),
    stdio: ["ignore", 2, 2],
    shell: !isNpm && process.platform === "win32", // there npm is npm.cmd, which only a shell runs
  };
  var running = child.runChild(isNpm ? node : "npm", isNpm ? [npm].concat(args) : args, options, ended);
  lock.alsoOwnedBy(running.pid);

  function ended(error, code, signal) {
    if (error) fail("Cannot run npm: " + error.message + ". Install Node with npm, then run this again.");
    if (!signal) return done(code);
    lock.release();
    child.leave(code, signal);
  }
}

/** What works with a running world must work as long as it runs: `stop` above all. */
function runsWithWhatIsInstalled(args) {
  var startsWorld = args[1] === "up" && args.indexOf("--help") === -1;
  return path.resolve(root, args[0]) === command && !startsWorld && fs.existsSync(pinnedNode);
}

function findRunningWorld() {
  var data = process.env.FAASADE_DATA ? path.resolve(root, process.env.FAASADE_DATA) : workFolder;
  return worlds.findRunning(data, modules);
}

/** An installation would pull the packages away from under it. */
function refuseWhileWorldRuns() {
  var world = findRunningWorld();
  if (!world) return;
  fail(
    "Cannot install the packages in " +
      root +
      ": a local world runs from them (process " +
      world.pid +
      ", " +
      world.where +
      "). Stop it with Ctrl-C in its terminal, or end process " +
      world.pid +
      ", then run this again. If that process is something else, delete " +
      world.file +
      "."
  );
}

function refuseReadOnly() {
  var folder = workFolder;
  try {
    files.makeFolder(workFolder);
    files.checkWritable(workFolder);
    folder = fs.existsSync(modules) ? modules : root;
    files.checkWritable(folder);
  } catch (error) {
    fail(
      "Cannot install the packages in " +
        root +
        ": nothing can be written to " +
        folder +
        " (" +
        error.code +
        "). Make it a folder that this user may write, or work in a copy of the checkout that is yours."
    );
  }
}

function sayWaiting(pid) {
  var owner = pid ? "process " + pid : "another process";
  say("Waiting for " + owner + ", which is installing. If nothing installs, delete " + lockFile + ".");
}

function fail(message) {
  say(message);
  process.exit(1);
}

function say(message) {
  fs.writeSync(2, message + "\n");
}
