import type { Json, JsonObject, Problem, Read } from "../objects";
import { field, isList, isObject } from "./blocks";
import { readJsonText } from "./json-text";

/** A file of Terraform configuration in JSON, as the user named it. */
export interface ConfigurationFile {
  readonly file: string;
  readonly text: string;
  /** What the text holds, when it was parsed before. */
  readonly root?: Json;
}

/** One named block of a configuration, such as a resource or a variable, as written. */
export interface Declaration {
  /** How references and messages name it: `kubernetes_namespace_v1.shop`, `var.cidr`. */
  readonly address: string;
  readonly body: Json;
  readonly file: string;
  /** RFC 6901 pointer to `body`. */
  readonly pointer: string;
}

/** One Terraform configuration: what a CDKTF stack synthesizes to. */
export interface Stack {
  readonly name: string;
  /** By address. */
  readonly declarations: ReadonlyMap<string, Declaration>;
  /** The `terraform` block, for its backend. */
  readonly terraform: JsonObject;
  /** The `provider` blocks; the address of each is the local name of its provider. */
  readonly providers: readonly Declaration[];
}

interface Document {
  readonly file: string;
  readonly root: JsonObject;
}

const wayOut = "run `cdktf synth` again, and do not edit what it writes";

/** Reads the files of one or more stacks. A file that cannot be read is a problem and is left out. */
export function readStacks(files: readonly ConfigurationFile[]): Read<readonly Stack[]> {
  const read = files.map(readDocument);
  const groups = new Map<string, Document[]>();
  for (const { value } of read) {
    if (value !== undefined) groups.set(groupOf(value), [...(groups.get(groupOf(value)) ?? []), value]);
  }
  const stacks = [...groups.values()].map(stackOf);
  return {
    value: stacks.map(({ value }) => value),
    problems: [...read.flatMap(({ problems }) => problems), ...stacks.flatMap(({ problems }) => problems)],
  };
}

/** Hand-written `*.tf.json` files of one folder are one configuration; what CDKTF writes is one stack per file. */
function groupOf({ file, root }: Document): string {
  const name = recordedName(root);
  if (name !== undefined) return `stack ${name}`;
  return file.endsWith(".tf.json") && !/(^|[\\/])cdk\.tf\.json$/.test(file) ? `folder ${file.replace(/[^\\/]*$/, "")}` : `file ${file}`;
}

function recordedName(root: JsonObject): string | undefined {
  const metadata = fieldOf(field(root, "//"), "metadata");
  const name = fieldOf(metadata, "stackName");
  return typeof name === "string" ? name : undefined;
}

const fieldOf = (value: Json | undefined, name: string): Json | undefined => (isObject(value) ? field(value, name) : undefined);

function readDocument({ file, text, root: parsed }: ConfigurationFile): Read<Document | undefined> {
  if (parsed === undefined && looksLikeHcl(file, text)) return refused(file, hclMessage(file));
  const { value: root, problems } = parsed === undefined ? readJsonText(file, text, wayOut) : { value: parsed, problems: [] };
  if (problems.length > 0) return { value: undefined, problems };
  if (!isObject(root))
    return refused(
      file,
      `\`${file}\` holds ${jsonKind(root)} instead of a Terraform configuration: pass the \`cdk.tf.json\` that \`cdktf synth\` writes`,
    );
  if (!isConfiguration(file, root)) return refused(file, notConfiguration(file, root));
  return { value: { file, root }, problems: [] };
}

/** Files written by hand may each hold one section only; elsewhere a word such as `data` says nothing. */
function isConfiguration(file: string, root: JsonObject): boolean {
  if (field(root, "resource") !== undefined || field(root, "terraform") !== undefined) return true;
  return file.endsWith(".tf.json") && [...sections.map(({ key }) => key), "provider"].some((key) => field(root, key) !== undefined);
}

/** Whether a text is Terraform's own language instead of JSON. */
export function looksLikeHcl(file: string, text: string): boolean {
  return (
    file.endsWith(".tf") ||
    /^\s*(?:terraform|provider|resource|data|variable|output|locals|module)\s*(?:"[^"\n]*"\s*){0,2}\{/m.test(text.slice(0, 10_000))
  );
}

/** Why HCL is not read, and what to pass instead. */
export const hclMessage = (file: string): string =>
  /(^|[\\/])cdk\.tf$/.test(file)
    ? `\`${file}\` is HCL, and only JSON is read: re-run \`cdktf synth\` without \`--hcl\``
    : `\`${file}\` is HCL, and only JSON is read: pass a plan instead, written by \`terraform show -json PLANFILE\``;

function notConfiguration(file: string, root: JsonObject): string {
  const found = `\`${file}\` is JSON with neither \`resource\` nor \`terraform\` in it`;
  if (field(root, "resource_changes") !== undefined || field(root, "planned_values") !== undefined)
    return `${found} but with a plan: read it as a plan`;
  if (field(root, "stacks") !== undefined) return `${found} but with a list of stacks: pass the folder it is in`;
  return `${found}: pass the \`cdk.tf.json\` that \`cdktf synth\` writes`;
}

function jsonKind(value: Json | undefined): string {
  if (value === null) return "`null`";
  return Array.isArray(value) ? "a list" : `a ${typeof value}`;
}

const refused = (file: string, message: string): Read<undefined> => ({
  value: undefined,
  problems: [{ severity: "error", message, location: { file } }],
});

function stackOf(documents: readonly Document[]): Read<Stack> {
  const declarations = new Map<string, Declaration>();
  const problems: Problem[] = [];
  for (const document of documents) {
    for (const declaration of declarationsOf(document, problems)) {
      const earlier = declarations.get(declaration.address);
      if (earlier === undefined) declarations.set(declaration.address, declaration);
      else problems.push(declaredTwice(declaration, earlier));
    }
  }
  const [first] = documents as [Document];
  const terraform = documents.flatMap(({ root }) => objectsOf(field(root, "terraform")));
  const providers = documents.flatMap((document) => providersOf(document, problems));
  return { value: { name: stackName(first), declarations, terraform: Object.assign({}, ...terraform) as JsonObject, providers }, problems };
}

const providersOf = ({ file, root }: Document, problems: Problem[]): readonly Declaration[] =>
  named({ address: "", body: field(root, "provider") ?? null, file, pointer: "/provider" }, "", problems).flatMap((each) =>
    each.body === null ? [] : bodiesOf(each, problems),
  );

/** The name synth recorded, else the folder of a `cdktf.out`, else the file. */
const stackName = ({ file, root }: Document): string => recordedName(root) ?? /([^\\/]+)[\\/]cdk\.tf\.json$/.exec(file)?.[1] ?? file;

function declaredTwice({ address, file, pointer }: Declaration, earlier: Declaration): Problem {
  const message = `\`${address}\` is declared in \`${earlier.file}\` and again in \`${file}\`: pass each stack once, and declare each block once`;
  return { severity: "error", message, location: { file, pointer, address } };
}

/** How deep the named blocks of each section lie, and how their addresses begin. */
const sections: readonly { readonly key: string; readonly labels: 1 | 2; readonly prefix: string }[] = [
  { key: "resource", labels: 2, prefix: "" },
  { key: "data", labels: 2, prefix: "data." },
  { key: "ephemeral", labels: 2, prefix: "ephemeral." },
  { key: "variable", labels: 1, prefix: "var." },
  { key: "locals", labels: 1, prefix: "local." },
  { key: "output", labels: 1, prefix: "output." },
  { key: "module", labels: 1, prefix: "module." },
];

function declarationsOf({ file, root }: Document, problems: Problem[]): readonly Declaration[] {
  return sections.flatMap(({ key, labels, prefix }) => {
    const start: Declaration = { address: prefix, body: field(root, key) ?? null, file, pointer: `/${key}` };
    const outer = named(start, "", problems);
    return labels === 1 ? outer : outer.flatMap((type) => named(type, ".", problems)).flatMap((each) => bodiesOf(each, problems));
  });
}

/** The labelled children of an object, or of each object of a list: Terraform reads both the same. */
function named({ address, body, file, pointer }: Declaration, separator: string, problems: Problem[]): readonly Declaration[] {
  if (isList(body))
    return body.flatMap((part, index) => named({ address, body: part, file, pointer: `${pointer}/${index}` }, separator, problems));
  if (body === null) return [];
  if (!isObject(body)) {
    problems.push(notObject(file, pointer, body));
    return [];
  }
  return Object.entries(body)
    .filter(([label]) => label !== "//")
    .map(([label, child]) => ({
      address: `${address}${separator}${label}`,
      body: child ?? null,
      file,
      pointer: `${pointer}/${pointerToken(label)}`,
    }));
}

function bodiesOf(declaration: Declaration, problems: Problem[]): readonly Declaration[] {
  const { body, file, pointer } = declaration;
  if (isList(body))
    return body.flatMap((part, index) => bodiesOf({ ...declaration, body: part, pointer: `${pointer}/${index}` }, problems));
  if (isObject(body)) return [declaration];
  problems.push(notObject(file, pointer, body));
  return [];
}

const notObject = (file: string, pointer: string, body: Json): Problem => ({
  severity: "error",
  message: `\`${pointer}\` of \`${file}\` is ${jsonKind(body)} where Terraform expects a block: ${wayOut}`,
  location: { file, pointer },
});

const objectsOf = (value: Json | undefined): readonly JsonObject[] =>
  isList(value) ? value.filter(isObject) : isObject(value) ? [value] : [];

/** One reference token of an RFC 6901 pointer. */
export const pointerToken = (key: string): string =>
  key.includes("~") || key.includes("/") ? key.replace(/~/g, "~0").replace(/\//g, "~1") : key;
