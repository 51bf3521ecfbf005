/** One installation at a time: a lock file that names its owner, waited for while the owner lives. */
"use strict";

var crypto = require("crypto");
var files = require("./files.cjs");

var pollMilliseconds = 250;

exports.lock = lock;
exports.isAlive = isAlive;

/**
 * Calls `action` with the lock held; the lock ends with `release` or with the process.
 * `waiting` is called once with the other owner's process id, when there is one to wait for.
 */
function lock(file, waiting, action) {
  var announced = false;
  attempt();

  function attempt() {
    var token = crypto.randomBytes(8).toString("hex");
    if (files.createExclusively(file, content(token))) return action(held(token));
    var owner = files.readJson(file);
    if (owner && isAbandoned(owner)) {
      takeAway(owner);
    } else if (!announced) {
      announced = true;
      waiting(owner && owner.pid);
    }
    setTimeout(attempt, pollMilliseconds);
  }

  function held(token) {
    var released = false;
    process.on("exit", release);
    return { release: release, alsoOwnedBy: alsoOwnedBy };

    function release() {
      if (!released) files.remove(file);
      released = true;
    }

    /** npm outlives an installer that was killed outright; the lock stays good until both are gone. */
    function alsoOwnedBy(npmPid) {
      files.writeAtomically(file, content(token, npmPid));
    }
  }

  /**
   * Several waiting processes may see the same abandoned lock. Only the one that creates the file named after the
   * lock's token may delete it, so that nobody deletes the lock that the next owner has already made.
   */
  function takeAway(owner) {
    var permit = file + "." + owner.token;
    if (!files.createExclusively(permit, "")) return;
    var current = files.readJson(file);
    if (current && current.token === owner.token) files.remove(file);
    files.remove(permit);
  }
}

function content(token, npmPid) {
  return JSON.stringify({ pid: process.pid, npmPid: npmPid, token: token });
}

function isAbandoned(owner) {
  return owner.pid === process.pid || !(isAlive(owner.pid) || isAlive(owner.npmPid));
}

function isAlive(pid) {
  if (typeof pid !== "number" || !(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}
