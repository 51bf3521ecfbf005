/** Which local worlds run from the installed packages, wherever they keep their data. */
"use strict";

var path = require("path");
var files = require("./files.cjs");
var isAlive = require("./lock.cjs").isAlive;

exports.findRunning = findRunning;

/**
 * The world that runs on this data, else any that runs from these node_modules: its process id, where it is (its page,
 * or its data), and the file that says so. Undefined when none runs.
 */
function findRunning(data, modules) {
  var hostFile = path.join(data, "host.json");
  var host = files.readJson(hostFile);
  if (host && isAlive(host.pid)) return { pid: host.pid, where: host.page, file: hostFile };
  var folder = path.join(modules, ".faasade-worlds");
  return files
    .list(folder)
    .map(function (name) {
      return readEntry(path.join(folder, name), Number(name));
    })
    .filter(Boolean)[0];
}

/** A world leaves a file named after its process before it starts, so that one without host.json counts too. */
function readEntry(file, pid) {
  if (!isAlive(pid)) return discard(file);
  var entry = files.readJson(file);
  return { pid: pid, where: (entry && entry.data) || "which is just starting", file: file };
}

function discard(file) {
  try {
    files.remove(file);
  } catch (_error) {
    // Another user's: it says nothing any more, and the installation removes it.
  }
}
