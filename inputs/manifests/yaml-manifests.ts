import type { ParsedNode } from "yaml";
import type { Location } from "../../engine/model";
import type { FoundSuppression } from "../input";
import type { ReadManifests } from "../manifests";
import { objectName } from "../object-name";
import type { Json, JsonObject, LocatedObject, Problem } from "../objects";
import { excerpt } from "../terraform/json-text";
import { meansKubernetes, skippedDocuments } from "./kubernetes-document";
import { LineIndex } from "./line-index";
import { listItems } from "./list-items";
import { isJsonObject } from "../validation/json";
import { cutLists, isKustomization, unappliedKustomization } from "./whole-input";
import {
  commentsOf,
  DocumentTooLong,
  longestDocument,
  mostAliases,
  nodeAt,
  type OldWord,
  readOldWords,
  type YamlComment,
  type YamlDocument,
  yamlDocuments,
} from "./yaml-text";

/** The objects of a YAML text, each with the line it begins at. */
export function readYamlManifests(file: string, text: string): ReadManifests {
  const reader = new YamlReader(file, text);
  try {
    for (const document of yamlDocuments(text)) {
      const fault = reader.read(document);
      if (fault !== undefined) return { objects: [], suppressions: [], incomplete: [], problems: [fault] };
    }
  } catch (error) {
    const fault = error instanceof DocumentTooLong ? reader.tooLong(error.offset) : deepFault(file, error);
    return { objects: [], suppressions: [], incomplete: [], problems: [fault] };
  }
  return reader.result();
}

/** The parser calls itself for each level, so what is nested beyond all measure ends in a RangeError; anything else is a defect here. */
function deepFault(file: string, error: unknown): Problem {
  if (!(error instanceof RangeError)) throw error;
  const message = `\`${file}\` is nested too deeply to be read: write it as plain Kubernetes objects`;
  return { severity: "error", message, location: { file } };
}

/** A comment that begins so suppresses findings; the rest says which, why and until when. */
const marker = "netpol-ignore";
const suppressing = new RegExp(`^${marker}(?::|\\s)\\s*(.*)$`, "s");

class YamlReader {
  private readonly lines: LineIndex;
  private readonly objects: LocatedObject[] = [];
  private readonly suppressions: FoundSuppression[] = [];
  private readonly incomplete: string[] = [];
  private readonly skipped: Location[] = [];
  private readonly problems: Problem[] = [];
  /** Suppressions in comments that no document has taken yet. */
  private pending: readonly YamlComment[] = [];
  private partRead = -1;

  constructor(
    private readonly file: string,
    private readonly text: string,
  ) {
    this.lines = new LineIndex(text);
  }

  /** Reads one document; returns why the file cannot be read. */
  read(parsed: YamlDocument): Problem | undefined {
    const { document, offset, source } = parsed;
    const error = document.errors[0];
    if (error !== undefined) return this.syntaxFault(error.message, offset + error.pos[0]);
    const words = readOldWords(parsed);
    const value = plainValue(() => document.toJS({ maxAliasCount: mostAliases }) as Json);
    if (value instanceof Error) return this.aliasFault(value, offset + (document.contents?.range[0] ?? 0));
    if (this.partRead !== offset) this.pending = source.includes(marker) ? suppressionsIn(source, offset) : [];
    this.partRead = offset;
    if (value === null) return undefined;
    const end = offset + document.range[2];
    const comments = this.pending.filter((comment) => comment.offset < end);
    this.pending = this.pending.filter((comment) => comment.offset >= end);
    if (isJsonObject(value) && isKustomization(this.file, value)) this.addKustomization(value, this.placeOf(document.contents, offset));
    else if (meansKubernetes(value)) {
      this.problems.push(...words.map((word) => this.oldWord(word, offset)));
      this.incomplete.push(...cutLists(this.file, value));
      this.addObjects(value, parsed, comments);
    } else this.skipped.push(this.placeOf(document.contents, offset));
    return undefined;
  }

  tooLong(offset: number): Problem {
    const { line, column } = this.lines.at(offset);
    const limit = longestDocument / 2 ** 20;
    const message = `\`${this.file}\` has a YAML document of more than ${limit} MB at line ${line}: pass it as JSON, as \`kubectl get -o json\` prints it, or split it with \`---\``;
    return { severity: "error", message, location: { file: this.file, line, column } };
  }

  result(): ReadManifests {
    const { objects, suppressions, incomplete, problems, file } = this;
    return { objects, suppressions, incomplete, problems: [...problems, ...skippedDocuments(file, this.skipped)] };
  }

  private addKustomization(value: JsonObject, location: Location): void {
    const unapplied = unappliedKustomization(this.file, value);
    if (unapplied !== undefined) this.incomplete.push(unapplied);
    const message = `\`${this.file}\` is not applied: every manifest beside it is read, whether it is listed there or not`;
    if (unapplied === undefined) this.problems.push({ severity: "note", message, location });
  }

  private addObjects(value: JsonObject, { document, offset }: YamlDocument, comments: readonly YamlComment[]): void {
    const items = listItems(value).map(({ object, path }) => {
      const node = nodeAt(document.contents, path);
      return { located: { object, location: this.placeOf(node, offset) }, start: offset + (node?.range[0] ?? 0) };
    });
    this.objects.push(...items.map(({ located }) => located));
    for (const comment of comments) {
      // A comment is about the object it stands in; one above the first is about the first.
      const about = items.findLast(({ start }) => start <= comment.offset) ?? items[0];
      this.suppressions.push(this.suppression(comment, about?.located));
    }
  }

  private suppression({ text, offset }: YamlComment, about: LocatedObject | undefined): FoundSuppression {
    const name = about === undefined ? undefined : objectName(about.object);
    const location = { file: this.file, ...this.lines.at(offset) };
    return { source: "comment", text, ...(name === undefined ? {} : { object: name }), location };
  }

  private placeOf(node: ParsedNode | null, offset: number): Location {
    return { file: this.file, ...this.lines.at(offset + (node?.range[0] ?? 0)) };
  }

  private oldWord({ text, value, inTextsPlace, offset: within }: OldWord, offset: number): Problem {
    const meaning = typeof value === "number" ? `the octal number ${value}` : `the boolean ${String(value)}`;
    const location = { file: this.file, ...this.lines.at(offset + within) };
    if (!inTextsPlace)
      return { severity: "note", message: `\`${text}\` is ${meaning} to kubectl, and is read so: write \`${String(value)}\``, location };
    const message = `\`${text}\` is read as text, but is ${meaning} to kubectl, which the API server refuses where text belongs: put it in quotes`;
    return { severity: "warning", message, location };
  }

  private syntaxFault(reason: string, offset: number): Problem {
    const position = this.lines.at(Math.min(offset, this.text.length));
    const { line, column } = position;
    const wayOut = this.text.includes("{{") ? "it looks like a template: pass what `helm template` makes of it" : "correct it there";
    const message = `\`${this.file}\` is not YAML: ${worded(reason)} at line ${line}, column ${column}; ${wayOut}\n${excerpt(this.text, position)}`;
    return { severity: "error", message, location: { file: this.file, line, column } };
  }

  private aliasFault(error: Error, offset: number): Problem {
    const { line, column } = this.lines.at(offset);
    if (!error.message.startsWith("Excessive alias count")) return this.syntaxFault(error.message, offset);
    const message = `\`${this.file}\` has aliases that multiply to more than ${mostAliases} nodes in the document at line ${line}: write out what they stand for`;
    return { severity: "error", message, location: { file: this.file, line, column } };
  }
}

/** Aliases that multiply beyond the limit, and those that stand for nothing, throw when they are expanded. */
function plainValue(expand: () => Json): Json | Error {
  try {
    return expand();
  } catch (error) {
    if (error instanceof RangeError || !(error instanceof Error)) throw error;
    return error;
  }
}

const suppressionsIn = (source: string, offset: number): readonly YamlComment[] =>
  commentsOf(source).flatMap((comment) => {
    const text = suppressing.exec(comment.text)?.[1];
    return text === undefined ? [] : [{ text: text.trim(), offset: offset + comment.offset }];
  });

/** The parser's words as this project writes messages: lower-case, no final period. */
function worded(reason: string): string {
  const [first = ""] = reason.split("\n");
  const text = first.replace(/[.:]\s*$/, "");
  return /^[A-Z][a-z]/.test(text) ? `${text.charAt(0).toLowerCase()}${text.slice(1)}` : text;
}
