/** Small file operations for the installation, written for old versions of Node. */
"use strict";

var fs = require("fs");
var path = require("path");

exports.readText = readText;
exports.readJson = readJson;
exports.createExclusively = createExclusively;
exports.writeAtomically = writeAtomically;
exports.makeFolder = makeFolder;
exports.checkWritable = checkWritable;
exports.list = list;
exports.remove = remove;

function readText(file) {
  try {
    return fs.readFileSync(file, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** Undefined when the file is absent or only half written. */
function readJson(file) {
  try {
    return JSON.parse(readText(file));
  } catch (_error) {
    return undefined;
  }
}

/** False when the file exists already; of several processes exactly one gets true. */
function createExclusively(file, text) {
  try {
    fs.writeFileSync(file, text, { flag: "wx" });
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
}

function writeAtomically(file, text) {
  var draft = file + "." + process.pid;
  fs.writeFileSync(draft, text);
  fs.renameSync(draft, file);
}

function makeFolder(folder) {
  try {
    // For its owner alone: the world keeps its data there.
    fs.mkdirSync(folder, 0o700);
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
  }
}

/** @throws {Error} for a folder that this user cannot write to, and for what is no folder. */
function checkWritable(folder) {
  fs.accessSync(folder + path.sep, fs.constants.W_OK);
}

/** The names in a folder; none when it is absent. */
function list(folder) {
  try {
    return fs.readdirSync(folder);
  } catch (_error) {
    return [];
  }
}

function remove(file) {
  try {
    fs.unlinkSync(file);
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
  }
}
