import { isUnknown, unknown, type Unknown } from "../../engine/model";
import type { Json, JsonObject } from "../objects";
import { blockOf, field, isList, isObject, textAttribute } from "./blocks";
import { parseExpression, type Expression } from "./expression";
import { instancesOf, isRepeated } from "./instances";
import { remoteOutput } from "./remote-state";
import { afterApply, enter, notEvaluated, refuse, type Scope } from "./scope";
import type { Declaration } from "./stack";
import { folderOf } from "./variable-files";

export type Reference = Extract<Expression, { kind: "reference" }>;

/** The two ways a reference leads back into evaluation, handed in so that the files do not import each other in a circle. */
export interface Evaluation {
  readonly evaluate: (expression: Expression, scope: Scope, pointer: string) => Json;
  readonly resolve: (raw: Json, scope: Scope, pointer: string) => Json;
}

type Key = string | number;

const longestTrail = 100;
/** Types of variables whose values Terraform takes from the environment as they are. */
const simpleTypes: ReadonlySet<string> = new Set(["string", "number", "bool", "any"]);
const known: Readonly<Record<string, Unknown>> = {
  path: unknown("a path on the machine that runs Terraform"),
  terraform: unknown("set when Terraform runs"),
  self: notEvaluated,
};

/** What a reference stands for, as far as the configuration says it. */
export function evaluateReference(reference: Reference, scope: Scope, pointer: string, evaluation: Evaluation): Json {
  const keys: Key[] = [];
  for (const step of reference.steps) {
    const key = evaluation.evaluate(step, scope, pointer);
    if (isUnknown(key)) return key;
    if (typeof key !== "string" && typeof key !== "number") return notEvaluated;
    keys.push(key);
  }
  return new Follower(reference.text, scope, pointer, evaluation).follow(reference.root, keys);
}

/** Follows one reference from the place it is written at. */
class Follower {
  constructor(
    private readonly text: string,
    private readonly scope: Scope,
    private readonly pointer: string,
    private readonly evaluation: Evaluation,
  ) {}

  follow(root: string, keys: readonly Key[]): Json {
    const bound = this.scope.bindings.get(root);
    if (bound !== undefined) return this.bound(root, bound, keys);
    if (root === "each" || root === "count") return this.unbound(root);
    if (Object.hasOwn(known, root)) return known[root] as Unknown;
    // `var.x`, `local.x`, `module.x` and `type.name` are two words, data sources and ephemeral resources three.
    const labels = root === "data" || root === "ephemeral" ? 2 : 1;
    if (keys.length < labels) return notEvaluated;
    return this.declared(written(root, keys.slice(0, labels)), keys.slice(labels), written(root, keys));
  }

  private unbound(root: "each" | "count"): Unknown {
    const needed = root === "each" ? "for_each" : "count";
    return this.unresolved(`\`${root}\`, which needs a \`${needed}\` around it`, `add \`${needed}\`, or write the value itself`);
  }

  /** A field of `each`, `count` or an iterator, whose values are resolved already. */
  private bound(root: string, value: Json, keys: readonly Key[]): Json {
    let current: Json | undefined = value;
    for (const key of keys) {
      if (isUnknown(current)) return current;
      current = child(current, key);
    }
    return orMissing(current, root);
  }

  private declared(address: string, keys: readonly Key[], whole: string): Json {
    const { stack } = this.scope;
    const declaration = stack.declarations.get(address);
    if (declaration === undefined)
      return this.unresolved(
        `\`${address}\`, which stack \`${stack.name}\` does not declare`,
        "declare it, or correct the reference, and synthesize again",
      );
    this.scope.references?.add(address);
    const step = `${stack.name} ${whole}`;
    if (this.scope.trail.includes(step)) return this.cycle(step, whole);
    if (this.scope.trail.length >= longestTrail) return unknown(`a chain of more than ${longestTrail} references`);
    const scope = enter(this.scope, stack, declaration, new Map(), step);
    if (address.startsWith("var.")) return this.variable(declaration, keys);
    if (address.startsWith("local.")) return orMissing(this.descend(declaration.body, keys, scope, declaration.pointer), address);
    if (address.startsWith("module.")) return unknown("an output of a module, which only Terraform evaluates");
    return address.startsWith("data.terraform_remote_state.")
      ? this.remote(declaration, keys, whole, step)
      : this.resource(declaration, keys, scope);
  }

  private variable(declaration: Declaration, keys: readonly Key[]): Json {
    const { address, body } = declaration;
    const type = isObject(body) ? field(body, "type") : undefined;
    const value = this.given(declaration, type) ?? (isObject(body) ? (field(body, "default") ?? null) : null);
    if (value === null) return unknown(`\`${address}\` has no default`);
    const typed = convert(value, type);
    return orMissing(
      keys.reduce<Json | undefined>((current, key) => child(current, key), typed),
      address,
    );
  }

  /** What was handed in for a variable. Terraform reads the text as an expression when the type is no simple one. */
  private given({ address, file }: Declaration, type: Json | undefined): Json | undefined {
    const { variables, folderVariables } = this.scope.world;
    const name = address.slice("var.".length);
    const written = folderVariables.get(folderOf(file))?.get(name);
    if (written !== undefined) return written ?? unknown(`\`${address}\` is set to null`);
    const text = variables.get(name);
    if (text === undefined || typeof type !== "string" || simpleTypes.has(type)) return text;
    const expression = parseExpression(text.trim());
    return expression.kind === "opaque" ? notEvaluated : this.evaluation.evaluate(expression, this.scope, this.pointer);
  }

  private remote({ body }: Declaration, keys: readonly Key[], whole: string, step: string): Json {
    const [outputs, name, ...rest] = keys;
    if (outputs !== "outputs" || typeof name !== "string" || !isObject(body)) return afterApply;
    const found = remoteOutput(whole.split(".")[2] ?? "", body, name, this.scope);
    if (isUnknown(found)) return found;
    const { stack, declaration } = found;
    if (declaration === undefined)
      return this.unresolved(
        `output \`${name}\`, which stack \`${stack.name}\` does not have`,
        `synthesize \`${stack.name}\` again and pass both`,
      );
    const value = isObject(declaration.body) ? field(declaration.body, "value") : undefined;
    return this.descend(value, rest, enter(this.scope, stack, declaration, new Map(), step), `${declaration.pointer}/value`) ?? afterApply;
  }

  private resource(declaration: Declaration, keys: readonly Key[], scope: Scope): Json {
    const body = declaration.body as JsonObject;
    if (!isRepeated(body)) return this.attribute(declaration, keys, scope);
    const instances = instancesOf(body, (name) =>
      this.evaluation.resolve(field(body, name) ?? null, scope, `${declaration.pointer}/${name}`),
    );
    const uncertain = instances[0]?.uncertain;
    if (uncertain !== undefined) return uncertain;
    if (keys.length === 0) return notEvaluated;
    const [key, ...rest] = keys;
    const instance = instances.find((each) => String(each.key) === String(key));
    if (instance === undefined)
      return this.unresolved(
        `instance \`${JSON.stringify(key)}\` of \`${declaration.address}\`, which its \`for_each\` or \`count\` does not make`,
        "correct the reference",
      );
    return this.attribute(declaration, rest, { ...scope, bindings: instance.bindings });
  }

  /** An argument as written, or the identifier the provider makes of the metadata; anything else exists only after apply. */
  private attribute({ address, body, pointer }: Declaration, keys: readonly Key[], scope: Scope): Json {
    if (keys.length === 0) return notEvaluated;
    if (keys.length === 1 && keys[0] === "id" && address.startsWith("kubernetes_"))
      return this.identifier(address, body as JsonObject, scope, pointer);
    return this.descend(body, keys, scope, pointer) ?? afterApply;
  }

  /** `id` of a kubernetes resource: the name, with the namespace before it for everything but a namespace. */
  private identifier(address: string, body: JsonObject, scope: Scope, pointer: string): Json {
    const metadata = this.evaluation.resolve(field(body, "metadata") ?? null, scope, `${pointer}/metadata`);
    const name = textAttribute(field(blockOf(metadata), "name"));
    if (typeof name !== "string") return isUnknown(name) ? name : afterApply;
    if (/^kubernetes_namespace(_v1)?\./.test(address)) return name;
    if (/^kubernetes_(manifest|labels|annotations|cluster_\w+|storage_class\w*|persistent_volume(_v1)?|priority_class\w*)\./.test(address))
      return afterApply;
    const namespace = textAttribute(field(blockOf(metadata), "namespace")) ?? "default";
    if (typeof namespace !== "string") return isUnknown(namespace) ? namespace : afterApply;
    return `${namespace}/${name}`;
  }

  /** Walks into a value as written; text met on the way is evaluated, and what it gives is walked further as it is. */
  private descend(raw: Json | undefined, keys: readonly Key[], scope: Scope, pointer: string): Json | undefined {
    let current = raw;
    let resolved = false;
    for (const key of keys) {
      if (typeof current === "string" && !resolved) {
        current = this.evaluation.resolve(current, scope, pointer);
        resolved = true;
      }
      if (isUnknown(current)) return current;
      current = child(current, key);
    }
    return resolved || current === undefined || current === null ? current : this.evaluation.resolve(current, scope, pointer);
  }

  private unresolved(target: string, wayOut: string): Unknown {
    refuse(this.scope, `unresolved reference: \`${this.text}\` in \`${this.scope.owner}\` refers to ${target}; ${wayOut}`, this.pointer);
    return unknown("an unresolved reference");
  }

  private cycle(step: string, whole: string): Unknown {
    const { trail, location, world } = this.scope;
    const circle = trail.slice(trail.indexOf(step)).map((each) => each.slice(each.indexOf(" ") + 1));
    // The same circle is met from each of its members: starting at the first by name, it is reported once.
    const start = circle.indexOf([...circle].sort()[0] ?? whole);
    const path = [...circle.slice(start), ...circle.slice(0, start + 1)].map((each) => `\`${each}\``).join(" → ");
    const message = `${path}: these references form a circle; break it, as Terraform refuses it`;
    world.report({ severity: "error", message, location: location.file === undefined ? {} : { file: location.file } });
    return unknown("a reference that leads back to itself");
  }
}

/** A value may lack what Terraform adds to it, so a missing part is unknown and no error. */
const orMissing = (value: Json | undefined, where: string): Json =>
  value === undefined ? unknown(`\`${where}\` does not hold it`) : value;

/** A reference as a person writes it. */
const written = (root: string, keys: readonly Key[]): string =>
  keys.reduce<string>(
    (text, key) =>
      typeof key === "number"
        ? `${text}[${key}]`
        : /^[\p{L}_][\p{L}\p{N}_-]*$/u.test(key)
          ? `${text}.${key}`
          : `${text}[${JSON.stringify(key)}]`,
    root,
  );

/** A child of a value. The only element of a block that is written as an object is that object. */
function child(value: Json | undefined, key: Key): Json | undefined {
  if (isList(value)) return typeof key === "number" ? value[key] : undefined;
  if (!isObject(value)) return undefined;
  return key === 0 && !Object.hasOwn(value, "0") ? value : field(value, String(key));
}

/** A default is converted to the declared type when that is a simple one. */
function convert(value: Json, type: Json | undefined): Json {
  if (type === "number" && typeof value === "string" && value.trim() !== "" && Number.isFinite(Number(value))) return Number(value);
  if (type === "string" && (typeof value === "number" || typeof value === "boolean")) return String(value);
  return type === "bool" && (value === "true" || value === "false") ? value === "true" : value;
}
