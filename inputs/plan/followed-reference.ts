import type { Json, JsonObject } from "../objects";
import { field, isList, isObject } from "../terraform/blocks";
import { isServerAddress } from "../terraform/provider";
import { onlyReference } from "./configuration";
import { objectIn } from "./terraform-json";

/** Where a reference to a server's address leads: the address, once it is known, else the attribute that will hold it. */
export type Followed = { readonly value: string } | { readonly reference: string };

/** A module of a plan's configuration, and how it is called. */
interface Place {
  readonly module: JsonObject;
  /** Before the addresses of its resources: `module.eks.`, or nothing. */
  readonly prefix: string;
  readonly caller?: { readonly place: Place; readonly call: JsonObject };
}

/** The values that a resource or data source has, or will have, by its address. */
export type ValuesOf = (address: string) => JsonObject | undefined;

const deepest = 50;

/**
 * Follows the reference that an expression consists of through variables and outputs of modules, up to an attribute that holds the address of a
 * server. Undefined for what is no single reference, or leads elsewhere: a plan shows what an expression refers to and not the text around it.
 *
 * @param module the module the expression stands in, such as `module.shop`; empty for the root.
 */
export function followServer(plan: JsonObject, module: string, expression: Json | undefined, valuesOf: ValuesOf): Followed | undefined {
  const root: Place = { module: objectIn(plan, "configuration", "root_module") ?? {}, prefix: "" };
  const names = module === "" ? [] : module.split(/\.?module\./).slice(1);
  const place = names.reduce<Place | undefined>(
    (outer, name) => (outer === undefined ? undefined : inside(outer, name, `module.${name}.`)),
    root,
  );
  return place === undefined ? undefined : new Follower(valuesOf).expression(expression, place, 0);
}

/** The module that is called by a name. */
function inside(place: Place, name: string, prefix: string): Place | undefined {
  const call = objectIn(place.module, "module_calls", name);
  const module = objectIn(call, "module");
  return call === undefined || module === undefined ? undefined : { module, prefix: `${place.prefix}${prefix}`, caller: { place, call } };
}

class Follower {
  constructor(private readonly valuesOf: ValuesOf) {}

  expression(expression: Json | undefined, place: Place, depth: number): Followed | undefined {
    const reference = isObject(expression) ? onlyReference({ expression }) : undefined;
    return reference === undefined || depth > deepest ? undefined : this.reference(reference, place, depth + 1);
  }

  private reference(reference: string, place: Place, depth: number): Followed | undefined {
    const steps = reference.match(/\["(?:[^"\\]|\\.)*"\]|\[\d+\]|[^.[\]]+/g) ?? [];
    const [root = "", name = ""] = steps;
    if (root === "var")
      return this.expression(field(objectIn(place.caller?.call, "expressions"), name), place.caller?.place ?? place, depth);
    if (root === "module") return this.output(steps, place, depth);
    return isServerAddress(reference) ? this.attribute(steps, reference, place) : undefined;
  }

  private output(steps: readonly string[], place: Place, depth: number): Followed | undefined {
    const [, name = "", ...rest] = steps;
    const key = rest[0]?.startsWith("[") === true ? rest[0] : "";
    const called = inside(place, name, `module.${name}${key}.`);
    const output = rest[key === "" ? 0 : 1] ?? "";
    return called === undefined ? undefined : this.expression(objectIn(called.module, "outputs", output, "expression"), called, depth);
  }

  /** An attribute of a resource or data source. */
  private attribute(steps: readonly string[], reference: string, { prefix }: Place): Followed {
    const labels = steps[0] === "data" ? 3 : 2;
    const key = steps[labels]?.startsWith("[") === true ? steps[labels] : "";
    const values = this.valuesOf(`${prefix}${steps.slice(0, labels).join(".")}${key}`);
    const found = steps.slice(key === "" ? labels : labels + 1).reduce<Json | undefined>(child, values);
    return typeof found === "string" && found !== "" ? { value: found } : { reference: `${prefix}${reference}` };
  }
}

function child(value: Json | undefined, step: string): Json | undefined {
  if (!step.startsWith("[")) return isObject(value) ? field(value, step) : undefined;
  const key = step.slice(1, -1);
  if (isList(value)) return value[Number(key)];
  // A key with an escape in it is not looked up: HCL and JSON do not write them alike.
  return isObject(value) && !key.includes("\\") ? field(value, key.replace(/^"(.*)"$/s, "$1")) : undefined;
}
