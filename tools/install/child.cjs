/** A child that this process stands for: signals reach it, and this process ends as it ended. */
"use strict";

var childProcess = require("child_process");
var path = require("path");
var tty = require("tty");

exports.runChild = runChild;
exports.leave = leave;
exports.withPath = withPath;

/**
 * Calls `done` with the error that kept the child from starting, or with its exit code and signal.
 *
 * A terminal sends Ctrl-C to the whole group of processes: the child has it already and this process only waits.
 * Without a terminal the signal was meant for this process and is passed on.
 */
function runChild(command, args, options, done) {
  var hasTerminal = tty.isatty(0) || tty.isatty(1) || tty.isatty(2);
  var child = childProcess.spawn(command, args, options);
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", terminate);
  child.on("error", finish);
  child.on("exit", function (code, signal) {
    finish(undefined, code, signal);
  });
  return child;

  function interrupt() {
    if (!hasTerminal && process.platform !== "win32") child.kill("SIGINT");
  }

  function terminate() {
    child.kill("SIGTERM");
  }

  function finish(error, code, signal) {
    process.removeListener("SIGINT", interrupt);
    process.removeListener("SIGTERM", terminate);
    done(error, code, signal);
  }
}

/** Ends this process as the child ended: same exit code, or same signal. */
function leave(code, signal) {
  if (!signal) process.exit(code);
  process.kill(process.pid, signal);
  setTimeout(function () {
    process.exit(1);
  }, 1000);
}

/** The environment with these folders first on PATH, which Windows may spell "Path". */
function withPath(env, folders) {
  var copy = {};
  Object.keys(env).forEach(function (name) {
    if (name.toUpperCase() !== "PATH") copy[name] = env[name];
  });
  copy.PATH = folders.concat(env.PATH || []).join(path.delimiter);
  return copy;
}
