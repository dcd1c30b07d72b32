import type { FieldEdit, LintResult } from "../../engine/lint";
import type { LocatedObject } from "../../inputs";
import { objectName } from "../../inputs/object-name";
import type { Analysis } from "../analysis";
import { editedYaml, type PlacedEdit } from "./yaml-edit";
import type { TextChange } from "./source-edit";
import { yamlDocumentsAt } from "../../inputs/manifests/yaml-text";

/** A fix that was made, or one that only a person can make, in words. */
export interface FixNote {
  readonly file?: string;
  readonly text: string;
  /** The line of a program that made the object, and the text in it that has to change. */
  readonly source?: { readonly file: string; readonly line: number; readonly change: TextChange };
}

/** What fixes come to. */
export interface FixedTexts {
  /** The new texts of files, by name as the inputs name them. */
  readonly texts: ReadonlyMap<string, string>;
  readonly made: readonly FixNote[];
  /** Findings whose edit is for other files than manifests: TypeScript, mostly. */
  readonly suggested: readonly FixNote[];
}

/** Makes the fixes of findings in the YAML files that were read. Fixes whose places overlap are left for the next time. */
export function fixedTexts({ files, joined }: Analysis, results: readonly LintResult[]): FixedTexts {
  const original = new Map(files.filter(({ file }) => /\.ya?ml$/i.test(file)).map(({ file, text }) => [file, text]));
  const texts = new Map<string, string>();
  const made: FixNote[] = [];
  const suggested: FixNote[] = [];
  const fixed = results.filter(({ fix }) => fix !== undefined);
  for (const fixable of lastFirst(fixed, joined.after.objects)) {
    const { file } = fixable.object?.location ?? {};
    const text = file === undefined ? undefined : (texts.get(file) ?? original.get(file));
    const edited = text === undefined ? undefined : withFix(text, fixable);
    if (file === undefined || edited === undefined) suggested.push(suggestionOf(fixable));
    else {
      texts.set(file, edited);
      made.push({ file, text: `${codeAndSubject(fixable.result)}: ${fixable.result.fix?.description ?? ""}` });
    }
  }
  return { texts, made: made.toReversed(), suggested: suggested.toReversed() };
}

interface Fixable {
  readonly result: LintResult;
  readonly object?: LocatedObject;
}

/** From the end of each file to its beginning, so that an edit moves nothing that another one still has to find. */
function lastFirst(results: readonly LintResult[], objects: readonly LocatedObject[]): readonly Fixable[] {
  const found = results.map((result): Fixable => {
    const named = objects.filter((each) => isNamed(each, result));
    const object = named.find(({ location }) => location.file === result.location?.file) ?? named[0];
    return { result, ...(object === undefined ? {} : { object }) };
  });
  const order = (one: string | number, other: string | number): number => (one < other ? 1 : one > other ? -1 : 0);
  return found.toSorted(
    (a, b) =>
      order(a.object?.location.file ?? "", b.object?.location.file ?? "") ||
      order(a.object?.location.line ?? 0, b.object?.location.line ?? 0) ||
      order(sortable(a.result), sortable(b.result)),
  );
}

const sortable = ({ field = "" }: LintResult): string => field.replaceAll(/\d+/g, (digits) => digits.padStart(6, "0"));

function isNamed({ object }: LocatedObject, { fix, subject }: LintResult): boolean {
  const wanted = fix?.edits[0]?.object ?? subject;
  const name = objectName(object);
  return name?.kind === wanted.kind && name.name === wanted.name && (name.namespace ?? "default") === (wanted.namespace ?? "default");
}

function withFix(text: string, { object, result: { fix } }: Fixable): string | undefined {
  const { line, column } = object?.location ?? {};
  if (line === undefined || column === undefined) return undefined;
  const start = offsetAt(text, line, column);
  let edited: string | undefined = text;
  for (const edit of fix?.edits ?? []) edited = edited === undefined ? undefined : withEdit(edited, start, edit);
  return edited;
}

function withEdit(text: string, start: number, edit: FieldEdit): string | undefined {
  for (const { source, offset } of yamlDocumentsAt(text, start)) {
    const placed: PlacedEdit = { edit, start: start - offset, path: pathOf(edit.field) };
    const edited = editedYaml(source, placed);
    if (edited !== undefined) return `${text.slice(0, offset)}${edited}${text.slice(offset + source.length)}`;
  }
  return undefined;
}

function offsetAt(text: string, line: number, column: number): number {
  let start = 0;
  for (let at = 1; at < line; at += 1) start = text.indexOf("\n", start) + 1;
  return start + column - 1;
}

/** `spec.ingress[0].from` as keys and positions. */
const pathOf = (field: string): readonly (string | number)[] =>
  [...field.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map(([, index, name]) => (index === undefined ? (name ?? "") : Number(index)));

const codeAndSubject = ({ rule, subject }: LintResult): string =>
  `${rule.code} ${subject.kind} ${[subject.namespace, subject.name].filter((part) => part !== undefined).join("/")}`;

function suggestionOf({ result, object }: Fixable): FixNote {
  const { created, file, line, address } = object?.location ?? {};
  const at =
    created === undefined
      ? (address ?? [file, line].filter((part) => part !== undefined).join(":"))
      : `${created.file}:${String(created.line)}`;
  const edits = result.fix?.edits ?? [];
  const steps = edits.map((edit) =>
    edit.kind === "remove" ? `remove \`${edit.field}\`` : `set \`${edit.field}\` to \`${JSON.stringify(edit.value)}\``,
  );
  const change = edits.length === 1 && edits[0] !== undefined ? changeOf(edits[0], object) : undefined;
  return {
    text: `${codeAndSubject(result)}${at === "" ? "" : ` (${at})`}: ${steps.join(", ")}`,
    ...(created === undefined || change === undefined ? {} : { source: { ...created, change } }),
  };
}

/** The text that an edit puts in the place of another; undefined where either is none. */
function changeOf(edit: FieldEdit, object: LocatedObject | undefined): TextChange | undefined {
  const before = pathOf(edit.field).reduce<unknown>(
    (value, key) => (value as Readonly<Record<string, unknown>> | undefined)?.[key],
    object?.object,
  );
  const after = edit.kind === "set" ? edit.value : undefined;
  return typeof before === "string" && typeof after === "string" ? { before, after } : undefined;
}
