/** YAML inside of a Terraform argument, read as `kubectl` reads a file. It may hold secrets, so no fault quotes it. */
import { LineIndex } from "../manifests/line-index";
import { DocumentTooLong, mostAliases, readOldWords, type YamlDocument, yamlDocuments } from "../manifests/yaml-text";
import type { Json, JsonObject } from "../objects";
import { isObject } from "./blocks";

/** What a text holds, or why it cannot be read: the words that follow the name of the argument. */
export type YamlBody = { readonly objects: readonly JsonObject[] } | { readonly fault: string };

const noObject = "that is not one Kubernetes object: write a mapping with `kind` in it";

/** Reads the documents of a text. Aliases, merge keys and the old words for numbers mean what they mean to kubectl. */
export function readYamlBody(text: string): YamlBody {
  const objects: JsonObject[] = [];
  try {
    for (const parsed of yamlDocuments(text)) {
      const fault = syntaxFault(parsed, text);
      if (fault !== undefined) return { fault };
      const value = plainValue(parsed);
      if (isObject(value)) objects.push(value);
      else if (value !== null) return { fault: noObject };
    }
  } catch (error) {
    // The parser calls itself for each level, so what is nested beyond all measure ends in a RangeError.
    if (error instanceof DocumentTooLong || error instanceof RangeError)
      return { fault: "that is too long or too deep to be read: split it" };
    throw error;
  }
  return { objects };
}

function syntaxFault({ document, offset }: YamlDocument, text: string): string | undefined {
  const [error] = document.errors;
  if (error === undefined) return undefined;
  const { line, column } = new LineIndex(text).at(offset + error.pos[0]);
  return `that is not YAML at its line ${line}, column ${column}: correct it there`;
}

/** Aliases that multiply beyond the limit, and those that stand for nothing, throw when they are expanded. */
function plainValue(parsed: YamlDocument): Json | undefined {
  readOldWords(parsed);
  try {
    return parsed.document.toJS({ maxAliasCount: mostAliases }) as Json;
  } catch (error) {
    if (error instanceof RangeError) throw error;
    return undefined;
  }
}
