import { isUnknown, type Json, type JsonObject, unknown, type Unknown, type Value } from "../model";
import { asText } from "./arguments";
import { isObject, valueAt } from "../lint/written-objects";

/** What `configuration_values` of the vpc-cni add-on says. */
export interface AddonConfiguration {
  /** `enableNetworkPolicy` as the add-on understands it. */
  readonly enabled: Value<boolean>;
  /** Why it is not on, in words that follow a colon: set whenever `enabled` is false. */
  readonly problem?: string;
  /** Settings below `env`; an Unknown where they cannot be read. */
  readonly env: Value<JsonObject>;
  /** The whole configuration, where it can be read. */
  readonly written?: JsonObject;
}

const switchName = "enableNetworkPolicy";

/** Reads the configuration. The add-on's schema wants `enableNetworkPolicy` as text, at the top, spelt like that. */
export function readConfiguration(value: Json | undefined): AddonConfiguration {
  if (isUnknown(value)) return { enabled: value, env: value };
  if (value === undefined || value === null || value === "")
    return { enabled: false, problem: `it has no \`configuration_values\`, and \`${switchName}\` is off by default`, env: {} };
  const written = parsed(value);
  if (written === refused) return { enabled: false, problem: refused, env: {} };
  if (isUnknown(written)) return { enabled: written, env: written };
  const env = valueAt(written, "env");
  return { ...enabledIn(written), env: isUnknown(env) ? env : isObject(env) ? env : {}, written };
}

/** What is neither JSON nor, perhaps, YAML (which the engine does not read): EKS refuses it. */
const refused = "`configuration_values` is not valid JSON, and EKS refuses it";

function parsed(value: Json): JsonObject | Unknown | typeof refused {
  if (isObject(value)) return value;
  if (typeof value !== "string") return refused;
  try {
    const found = JSON.parse(value) as Json;
    return isObject(found) ? found : refused;
  } catch {
    // JSON that is broken has its keys in quotes; all else may be YAML.
    return /^\s*(\{\s*"|\[)/.test(value) ? refused : maybeYaml;
  }
}

const maybeYaml = unknown("`configuration_values` of the vpc-cni add-on, which is not JSON: write it as JSON for it to be read");

function enabledIn(written: JsonObject): Pick<AddonConfiguration, "enabled" | "problem"> {
  const value = valueAt(written, switchName);
  if (isUnknown(value) || value === "true") return { enabled: isUnknown(value) ? value : true };
  return { enabled: false, problem: value === undefined ? misplaced(written) : misspelt(value) };
}

function misspelt(value: Json): string {
  if (value === true) return `\`${switchName}\` is the boolean \`true\`; the add-on's schema wants the text \`"true"\` and refuses it`;
  return `\`${switchName}\` is \`${JSON.stringify(value)}\``;
}

/** Looks for the switch where people put it by mistake. */
function misplaced(written: JsonObject): string {
  const path = pathOf(written, []);
  if (path === undefined) return `its \`configuration_values\` leaves out \`${switchName}\`, which is off by default`;
  const [first = "", ...rest] = path;
  if (rest.length === 0) return `its \`configuration_values\` has \`${first}\`; the key is \`${switchName}\`, in this case`;
  return `its \`configuration_values\` has \`${path.join(".")}\`; \`${switchName}\` belongs at the top`;
}

function pathOf(object: JsonObject, above: readonly string[]): readonly string[] | undefined {
  for (const [key, value] of Object.entries(object)) {
    const path = [...above, key];
    if (key.toLowerCase() === switchName.toLowerCase()) return path;
    const below = isObject(value) ? pathOf(value, path) : undefined;
    if (below !== undefined) return below;
  }
  return undefined;
}

/** A setting below `env`, as text. */
export const environment = ({ env }: AddonConfiguration, name: string): Value<string> | undefined =>
  isUnknown(env) ? env : asText(valueAt(env, name));
