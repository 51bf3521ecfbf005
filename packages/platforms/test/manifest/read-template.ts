// Reads a template the way CloudFormation does: what refers to what, and what may be done to what.

import { platform } from "../../src/aws-lambda/platform.ts";
import type { Deployment } from "../../src/shared/platform.ts";

export interface ReadResource {
  readonly Type: string;
  readonly Condition?: string;
  readonly DeletionPolicy?: string;
  readonly Metadata?: { readonly Faasade: Record<string, unknown> };
  readonly Properties: Record<string, unknown>;
}

export interface ReadTemplate {
  readonly Metadata: { readonly Faasade: { readonly Notes: readonly string[] } };
  readonly Parameters: Record<string, Record<string, unknown>>;
  readonly Conditions?: Record<string, unknown>;
  readonly Resources: Record<string, ReadResource>;
  readonly Outputs: Record<string, { Value: unknown }>;
}

export interface Statement {
  readonly Effect: "Allow" | "Deny";
  readonly Sid?: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

export function templateOf(deployment: Deployment): ReadTemplate {
  const files = platform.manifest(deployment);
  const [file] = files;
  if (files.length !== 1 || file?.path !== "template.yaml")
    throw new Error("there is one file, template.yaml");
  return file.content as ReadTemplate;
}

export function resourcesOf(template: ReadTemplate, type: string): [id: string, ReadResource][] {
  return Object.entries(template.Resources).filter(([, { Type }]) => Type === type);
}

/** Everything that a value refers to: `Ref`, `Fn::GetAtt`, `Fn::Sub` and `DependsOn`. */
export function referencesOf(value: unknown): Set<string> {
  const found = new Set<string>();
  const visit = (one: unknown): void => {
    if (typeof one !== "object" || one === null) return;
    for (const [key, inner] of Object.entries(one)) {
      if (key === "Ref") found.add(inner as string);
      else if (key === "Fn::GetAtt") found.add((inner as [string])[0]);
      else if (key === "DependsOn") for (const id of [inner].flat()) found.add(id as string);
      else if (key === "Fn::Sub") {
        const [text, local = {}] = [inner].flat() as [string, Record<string, unknown>?];
        for (const [, name = ""] of text.matchAll(/\$\{([^}!]+)\}/g))
          if (!Object.hasOwn(local, name)) found.add(name.split(".")[0] as string);
        visit(local);
      } else visit(inner);
    }
  };
  visit(value);
  return found;
}

/** A circle of resources each of which must be there before the next; undefined when there is none. */
export function circleIn({ Resources }: Pick<ReadTemplate, "Resources">): string[] | undefined {
  const done = new Set<string>();
  const follow = (id: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(id)) return [...path.slice(path.indexOf(id)), id];
    if (done.has(id) || Resources[id] === undefined) return undefined;
    for (const next of referencesOf(Resources[id])) {
      const circle = follow(next, [...path, id]);
      if (circle !== undefined) return circle;
    }
    done.add(id);
    return undefined;
  };
  for (const id of Object.keys(Resources)) {
    const circle = follow(id, []);
    if (circle !== undefined) return circle;
  }
  return undefined;
}

/** Every statement of every role and policy. */
export function statementsOf(template: Pick<ReadTemplate, "Resources">): Statement[] {
  return Object.values(template.Resources).flatMap(({ Type, Properties }) => {
    if (Type === "AWS::IAM::Role")
      return (Properties["Policies"] as { PolicyDocument: { Statement: Statement[] } }[]).flatMap(
        ({ PolicyDocument }) => PolicyDocument.Statement,
      );
    const document = Properties["PolicyDocument"] as { Statement: Statement[] } | undefined;
    return document?.Statement ?? [];
  });
}

export function propertiesOf(template: ReadTemplate, id: string): Record<string, unknown> {
  const resource = template.Resources[id];
  if (resource === undefined) throw new Error(`there is no ${id}`);
  return resource.Properties;
}

export function variablesOf(template: ReadTemplate, id: string): Record<string, unknown> {
  const revision = template.Resources[`${id}Revision`]?.Properties["ServiceConfig"];
  if (revision !== undefined) return Object(revision)["EnvironmentVariables"] as Record<string, unknown>;
  return (propertiesOf(template, id)["Environment"] as { Variables: Record<string, unknown> }).Variables;
}

export function notesOf(template: ReadTemplate, subject: string): string[] {
  return template.Metadata.Faasade.Notes.filter((note) => note.startsWith(`${subject}:`));
}
