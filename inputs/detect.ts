/** What a file is, told from its text: names lie, and standard input has none. */
import type { InputFile, InputKind } from "./input";
import type { Json, JsonObject, Problem, Read } from "./objects";
import { isPlan } from "./plan";
import { isRawState, isShownState } from "./state";
import { field } from "./terraform/blocks";
import { readJsonText } from "./terraform/json-text";
import { hclMessage, looksLikeHcl } from "./terraform/stack";
import { isVariableFile } from "./terraform/variable-files";
import { isJsonObject } from "./validation/json";

/** A file and what it is. Configuration may still turn out to be of CDKTF or written by hand. */
export interface DetectedFile extends InputFile {
  readonly kind: Exclude<InputKind, "cdktf"> | "variables";
  /** What the text holds, when it is JSON. */
  readonly root?: Json;
}

/** The longest text that is read when nothing else is said: 256 MB of plain text. */
export const longestText = 256 * 2 ** 20;

const jsonWayOut = "write it again, as it may be cut short, or correct it there";

/** Says what a file is, or why it cannot be read. */
export function detect({ file, text }: InputFile, limit: number = longestText): Read<DetectedFile | undefined> {
  const fault = textFault(file, text, limit);
  if (fault !== undefined) return refused(file, fault);
  if (isVariableFile(file) && !isJsonName(file)) return { value: { file, text, kind: "variables" }, problems: [] };
  if (text.trim() === "") return emptyFile(file, text);
  if (isHcl(file, text)) return refused(file, hclMessage(file));
  if (!looksLikeJson(file, text)) return { value: { file, text, kind: "manifests" }, problems: [] };
  const { value: root, problems } = readJsonText(file, text, jsonWayOut);
  // Flow mappings of YAML begin like JSON.
  if (problems.length > 0 && isFlowYaml(file, text)) return { value: { file, text, kind: "manifests" }, problems: [] };
  if (root === undefined) return { value: undefined, problems: isPlanLog(text) ? [problem(file, planLogMessage(file))] : problems };
  return { value: { file, text, root, kind: jsonKind(file, root) }, problems: [] };
}

function textFault(file: string, text: string, limit: number): string | undefined {
  if (text.length > limit)
    return `\`${file}\` has ${megabytes(text.length)} MB, and ${megabytes(limit)} MB are read: split it, or leave out what is no policy, workload, namespace or Service`;
  if (text.startsWith("PK\u0003\u0004"))
    return `\`${file}\` is a plan in Terraform's own form: pass what \`terraform show -json ${file}\` prints`;
  if (text.includes("\u0000")) return `\`${file}\` is binary: pass text, in YAML or JSON`;
  return undefined;
}

const megabytes = (characters: number): string => String(Math.round(characters / 2 ** 20));

/** An empty file in a folder is nothing; an empty pipe means that the command before it failed. */
function emptyFile(file: string, text: string): Read<DetectedFile | undefined> {
  if (file === "-") return refused(file, "standard input is empty: see what the command before the pipe says");
  if (isJsonName(file)) return { value: undefined, problems: readJsonText(file, text, jsonWayOut).problems };
  return {
    value: { file, text, kind: "manifests" },
    problems: [{ severity: "note", message: `\`${file}\` is empty`, location: { file } }],
  };
}

const isJsonName = (file: string): boolean => /\.json$/i.test(file);
const looksLikeJson = (file: string, text: string): boolean => isJsonName(file) || /^\uFEFF?\s*[[{]/.test(text);

/** Whether the first line that says something is HCL: a manifest may carry HCL further down, in a text. */
function isHcl(file: string, text: string): boolean {
  if (file.endsWith(".tf")) return true;
  const first = /^(?:\s*(?:#|\/\/)[^\n]*\n|\s*\n)*\s*([^\n]*)/.exec(text.slice(0, 10_000))?.[1] ?? "";
  return !isJsonName(file) && looksLikeHcl("", first);
}

/** Whether braces are YAML's: by the name of the file, else by what follows them, which is a key without quotes or a template. */
const isFlowYaml = (file: string, text: string): boolean =>
  !isJsonName(file) && (/\.ya?ml$/i.test(file) || /^\s*(?:[[{]\s*)+(?:[A-Za-z'#%-]|$)/.test(text));

/** `terraform plan -json` prints one object per line about what it does, and no plan. */
const isPlanLog = (text: string): boolean => /^\s*\{"@level":/.test(text);
const planLogMessage = (file: string): string =>
  `\`${file}\` is the log of \`terraform plan -json\`: pass what \`terraform show -json PLANFILE\` prints`;

const sections = ["resource", "terraform", "provider", "variable", "locals", "output", "module", "data"];

function jsonKind(file: string, root: Json): DetectedFile["kind"] {
  if (isVariableFile(file)) return "variables";
  if (!isJsonObject(root)) return file.endsWith(".tf.json") ? "terraform-json" : "manifests";
  if (file.endsWith(".tf.json")) return "terraform-json";
  if (isKubernetes(root)) return "manifests";
  if (isPlan(root)) return "plan";
  if (isRawState(root) || isShownState(root)) return "state";
  return isConfiguration(root) ? "terraform-json" : "manifests";
}

const isKubernetes = (root: JsonObject): boolean => typeof root.apiVersion === "string" && typeof root.kind === "string";

/** `stacks` is the list that CDKTF writes beside its stacks; the reader of configuration says what to pass instead. */
const isConfiguration = (root: JsonObject): boolean =>
  sections.some((name) => isJsonObject(field(root, name))) || isJsonObject(field(root, "stacks"));

const problem = (file: string, message: string): Problem => ({ severity: "error", message, location: { file } });
const refused = (file: string, message: string): Read<undefined> => ({ value: undefined, problems: [problem(file, message)] });
