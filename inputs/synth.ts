import type { Location, Unknown } from "../engine/model";
import type { Json, JsonObject, LocatedObject, Problem, Read } from "./objects";
import { resourcesToObjects } from "./terraform";
import { field, isList, isObject } from "./terraform/blocks";
import { parseExpression } from "./terraform/expression";
import { instancesOf, type Instance } from "./terraform/instances";
import { resolve } from "./terraform/resolve";
import type { TerraformResource } from "./terraform/resource";
import type { Scope, World } from "./terraform/scope";
import { StackProviders } from "./terraform/stack-providers";
import { readStacks, type ConfigurationFile, type Declaration, type Stack } from "./terraform/stack";
import { folderVariables, type VariableFile } from "./terraform/variable-files";

/** A resource or data source instance of a synthesized stack, of any provider. */
export interface SynthResource extends TerraformResource {
  readonly mode: "managed" | "data";
  /** The name of its stack. */
  readonly stack: string;
  readonly file: string;
  readonly pointer: string;
  /** Addresses that `depends_on` names, in order. */
  readonly dependsOn: readonly string[];
  /** Addresses of the blocks of its stack that its arguments refer to, sorted. */
  readonly references: readonly string[];
  /** What synth wrote under `"//"`: construct metadata, and what constructs recorded for this tool. */
  readonly comment?: JsonObject;
}

/** What synthesized stacks hold. */
export interface Synth {
  readonly objects: readonly LocatedObject[];
  readonly resources: readonly SynthResource[];
  /** Where modules are called; what is in them is not read. */
  readonly modules: readonly Location[];
}

/** Arguments of a resource that are about Terraform and not about the object. */
const metaArguments = new Set(["//", "depends_on", "lifecycle", "provider", "provisioner", "connection", "for_each", "count"]);

/** How much resolving may cost, per character of input and at least: far above any real stack, far below a machine's memory. */
const budgetPerCharacter = 10;
const smallestBudget = 10_000_000;

/** The Kubernetes objects of one or more `cdk.tf.json` files; pass all stacks of a `cdktf.out` together, so that they resolve each other. */
export function parseSynth(files: readonly ConfigurationFile[]): Read<readonly LocatedObject[]> {
  const { value, problems } = readSynth(files);
  return { value: value.objects, problems };
}

/** What the files alone do not say. */
export interface SynthOptions {
  /** Values of variables by name, over the defaults in the configuration: text as `TF_VAR_name` holds it. @default none */
  readonly variables?: Readonly<Record<string, string>>;
  /** Files of values, which win over `variables` for the configuration beside them. @default none */
  readonly variableFiles?: readonly VariableFile[];
}

/** Like {@link parseSynth}, with the resources of all providers beside the objects. */
export function readSynth(files: readonly ConfigurationFile[], options: SynthOptions = {}): Read<Synth> {
  const { value: stacks, problems: broken } = readStacks(files);
  const reported = new Map<string, Problem>();
  const world = worldOf(stacks, files, reported, options);
  const resources = stacks.flatMap((stack) => resourcesOf(stack, world));
  // Labels patch objects of any stack that is deployed to the same cluster.
  const { value: objects, problems } = resourcesToObjects(resources.filter(({ mode }) => mode === "managed"));
  const modules = stacks.flatMap(({ declarations }) => [...declarations.values()].filter(isModule).map(placeOf));
  return { value: { objects, resources, modules }, problems: [...broken, ...reported.values(), ...problems] };
}

const isModule = ({ address }: Declaration): boolean => address.startsWith("module.");

function worldOf(
  stacks: readonly Stack[],
  files: readonly ConfigurationFile[],
  reported: Map<string, Problem>,
  { variables = {}, variableFiles = [] }: SynthOptions,
): World {
  const characters = files.reduce((sum, { text }) => sum + text.length, 0);
  let budget = Math.max(smallestBudget, characters * budgetPerCharacter);
  const report = (problem: Problem): void => {
    const { file = "", pointer = "" } = problem.location;
    reported.set(JSON.stringify([file, pointer, problem.message]), problem);
  };
  const spend = (amount: number): boolean => {
    budget -= amount;
    return budget >= 0;
  };
  return { stacks, report, spend, variables: new Map(Object.entries(variables)), folderVariables: folderVariables(variableFiles) };
}

function resourcesOf(stack: Stack, world: World): readonly SynthResource[] {
  const providers = new StackProviders(stack, world);
  return [...stack.declarations.values()].flatMap((declaration) => {
    const scope: Scope = { world, stack, owner: declaration.address, location: placeOf(declaration), bindings: new Map(), trail: [] };
    if (!/^\/(?:resource|data)\//.test(declaration.pointer)) {
      // Nothing is made of an output or a local, but what it refers to must exist. A variable's default is no template.
      if (!declaration.pointer.startsWith("/variable/")) resolve(declaration.body, scope, declaration.pointer);
      return [];
    }
    const body = declaration.body as JsonObject;
    const instances = instancesOf(body, (name) => resolve(field(body, name) ?? null, scope, `${declaration.pointer}/${name}`));
    checkDependencies(declaration, scope);
    const provider = providers.ofResource(typeOf(declaration), field(body, "provider"));
    return instances.map((instance) => ({
      ...resourceOf(declaration, instance, scope),
      ...(provider === undefined ? {} : { provider }),
    }));
  });
}

function resourceOf(declaration: Declaration, { suffix, bindings, uncertain }: Instance, scope: Scope): SynthResource {
  const { pointer, file } = declaration;
  const body = declaration.body as JsonObject;
  const address = `${declaration.address}${suffix}`;
  const references = new Set<string>();
  if (uncertain !== undefined) reportUncertain(address, uncertain, scope);
  const inner: Scope = { ...scope, owner: address, location: { ...scope.location, address }, bindings, references };
  const values = resolve(Object.fromEntries(Object.entries(body).filter(([key]) => !metaArguments.has(key))), inner, pointer);
  const { constructPath, created } = scope.location;
  const comment = field(body, "//");
  return {
    type: typeOf(declaration),
    address,
    values: isObject(values) ? values : {},
    mode: pointer.startsWith("/data/") ? "data" : "managed",
    stack: scope.stack.name,
    file,
    pointer,
    dependsOn: dependenciesOf(body),
    references: [...references].sort(),
    ...(constructPath === undefined ? {} : { constructPath }),
    ...(created === undefined ? {} : { created }),
    ...(isObject(comment) ? { comment } : {}),
    ...(uncertain === undefined ? {} : { uncertain }),
  };
}

const typeOf = ({ address }: Declaration): string => address.replace(/^data\./, "").replace(/\..*$/s, "");

const dependenciesOf = (body: JsonObject): readonly string[] => {
  const list = field(body, "depends_on");
  return isList(list) ? list.filter((each) => typeof each === "string").map((each) => each.replace(/^\$\{(.*)\}$/s, "$1")) : [];
};

/** `depends_on` holds bare references, which resolving a value never sees. */
function checkDependencies({ address, body, pointer }: Declaration, scope: Scope): void {
  dependenciesOf(body as JsonObject).forEach((dependency, index) => {
    const target = dependencyTarget(dependency);
    if (target === undefined || scope.stack.declarations.has(target)) return;
    const message = `unresolved reference: \`${dependency}\` in \`depends_on\` of \`${address}\` refers to \`${target}\`, which stack \`${scope.stack.name}\` does not declare; declare it, or correct the reference, and synthesize again`;
    scope.world.report({ severity: "error", message, location: { ...scope.location, pointer: `${pointer}/depends_on/${index}` } });
  });
}

function dependencyTarget(dependency: string): string | undefined {
  const expression = parseExpression(dependency);
  if (expression.kind !== "reference") return undefined;
  const names = expression.steps
    .slice(0, expression.root === "data" ? 2 : 1)
    .map((step) => (step.kind === "literal" ? String(step.value) : ""));
  return [expression.root, ...names].join(".");
}

function reportUncertain(address: string, { because }: Unknown, { world, location }: Scope): void {
  const message = `how many \`${address}\` there are is not known (${because}): what depends on them is undecided, and a plan tells`;
  world.report({ severity: "warning", message, location });
}

/** Where a block is written, with the construct it came from when synth recorded it. */
function placeOf({ address, body, file, pointer }: Declaration): Scope["location"] {
  const comment = isObject(body) ? field(body, "//") : undefined;
  const path = at(comment, "metadata", "path");
  const source = at(comment, "netpol", "source");
  const created = { file: at(source, "file"), line: at(source, "line") };
  return {
    file,
    pointer,
    address,
    ...(typeof path === "string" ? { constructPath: path } : {}),
    ...(typeof created.file === "string" && typeof created.line === "number"
      ? { created: { file: created.file, line: created.line } }
      : {}),
  };
}

const at = (value: Json | undefined, ...keys: readonly string[]): Json | undefined =>
  keys.reduce<Json | undefined>((current, key) => (isObject(current) ? field(current, key) : undefined), value);
