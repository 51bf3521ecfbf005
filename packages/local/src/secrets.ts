// The secrets of an app on a laptop: from the environment, else from the world's own folder.
import { pathToFileURL } from "node:url";
import type { SecretSource } from "@faasade/connectors/secret";
import { open as openEnvironment } from "@faasade/connectors/secret/env";
import { open as openFiles } from "@faasade/connectors/secret/file";

/** A variable that is set but empty is no secret, and hides what the folder has. */
export function openSecrets(folder: string): SecretSource {
  const fromEnvironment = openEnvironment("env:");
  const fromFiles = openFiles(pathToFileURL(folder).href);
  return (name) => (process.env[name] === undefined ? fromFiles(name) : fromEnvironment(name));
}
