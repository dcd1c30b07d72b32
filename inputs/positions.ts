/** Where a field of an object is written: computed only for what is shown, from the text of the file again. */
import type { Location } from "../engine/model";
import type { InputFile } from "./input";
import { childOffset, offsetOfPath } from "./json-positions";
import { LineIndex } from "./manifests/line-index";
import { fieldOffset, yamlDocumentsAt } from "./manifests/yaml-text";

/**
 * The place of a field of an object: its line and column, or those of as much of its path as is written. The location is returned as it is when
 * its file is not among those given, or is one that nobody reads line by line, such as a plan.
 *
 * @param files the files that were read.
 * @param location the place of the object, as its reader gave it.
 * @param path the field as the API server writes it: `spec.ingress[0].ports[1]`.
 */
export function fieldLocation(files: readonly InputFile[], location: Location, path: string): Location {
  const file = files.find((each) => each.file === location.file);
  if (file === undefined) return location;
  const names = fieldNames(path);
  const offset =
    location.pointer === undefined ? offsetInYaml(file.text, location, names) : offsetInJson(file.text, location.pointer, names);
  return offset === undefined ? location : { ...location, ...new LineIndex(file.text).at(offset) };
}

/** `spec.ingress[0].from` as `spec`, `ingress`, `0`, `from`; a key in brackets may hold dots. */
const fieldNames = (path: string): readonly string[] =>
  [...path.matchAll(/\[([^\]]*)\]|([^.[\]]+)/g)].map(([, key, name]) => (key ?? name ?? "").replace(/^"(.*)"$/, "$1"));

/** Documents that Terraform writes for machines, on one line. */
const forMachines = /^\/(?:resource_changes|deferred_changes|resource_drift|prior_state|values|resources)(?:\/|$)/;

function offsetInJson(text: string, pointer: string, names: readonly string[]): number | undefined {
  if (forMachines.test(pointer)) return undefined;
  const path = pointer
    .split("/")
    .slice(1)
    .map((token) => token.replace(/~1/g, "/").replace(/~0/g, "~"));
  const object = offsetOfPath(text, path);
  // The object of a `kubernetes_manifest` lies one level deeper than its resource.
  const start = childOffset(text, object, "manifest") ?? object;
  let at = start;
  for (const name of names) {
    const next = spellings(name)
      .map((each) => childOffset(text, at, each))
      .find((each) => each !== undefined);
    if (next !== undefined) at = next;
    // A block that occurs once may be written as an object where the API has a list.
    else if (name !== "0") return at;
  }
  return at;
}

/** A field as Kubernetes spells it, and as Terraform does: in snake case, and blocks in the singular. */
function spellings(name: string): readonly string[] {
  const snake = name.replace(/[A-Z]+/g, (letters) => `_${letters.toLowerCase()}`);
  return [...new Set([name, snake, snake.replace(/s$/, "")])];
}

function offsetInYaml(text: string, { line, column }: Location, names: readonly string[]): number | undefined {
  if (line === undefined || column === undefined) return undefined;
  const start = offsetOf(text, line, column);
  for (const { document, offset } of yamlDocumentsAt(text, start)) {
    const found = fieldOffset(document, start - offset, names);
    if (found !== undefined) return offset + found;
  }
  return undefined;
}

/** The offset of a line and column, both counted from 1. */
function offsetOf(text: string, line: number, column: number): number {
  let start = 0;
  for (let at = 1; at < line; at += 1) start = text.indexOf("\n", start) + 1;
  return start + column - 1;
}
