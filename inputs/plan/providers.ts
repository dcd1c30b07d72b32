import { unknown, type Value } from "../../engine/model";
import type { Json, JsonObject } from "../objects";
import { field, isObject } from "../terraform/blocks";
import { namedParts } from "../terraform/cluster-keys";
import {
  clusterNameIn,
  type Comparable,
  connectionOf,
  isClusterProvider,
  type ProviderConfiguration,
  serverOf,
} from "../terraform/provider";
import type { ConfiguredBlock } from "./configuration";
import { followServer, type ValuesOf } from "./followed-reference";
import { blockAddress, objectIn, textIn } from "./terraform-json";

/** The provider configuration of each resource block, by its address. */
export type ProviderOf = (address: string) => ProviderConfiguration | undefined;

/**
 * Reads `configuration.provider_config`. Whatever is gone from the configuration has none: a plan does not say by which one it is deleted.
 *
 * @param source the name of the plan
 */
export function plannedProviders(
  source: string,
  plan: JsonObject,
  blocks: ReadonlyMap<string, ConfiguredBlock>,
  valuesOf: ValuesOf,
): ProviderOf {
  const read = new Map<string, ProviderConfiguration | undefined>();
  return (address) => {
    const key = blocks.get(blockAddress(address))?.providerKey;
    if (key === undefined) return undefined;
    if (!read.has(key)) read.set(key, configurationOf(key, source, plan, valuesOf));
    return read.get(key);
  };
}

function configurationOf(written: string, source: string, plan: JsonObject, valuesOf: ValuesOf): ProviderConfiguration | undefined {
  const key = inherited(written, objectIn(plan, "configuration", "provider_config") ?? {});
  const { module, type, alias } = namedParts(key);
  const block = objectIn(plan, "configuration", "provider_config", key);
  const provider = providerName(block) ?? type;
  if (!isClusterProvider(provider)) return undefined;
  if (block === undefined)
    return { name: key, source, server: { kind: alias === undefined ? "environment" : "incomparable" }, target: { name: key } };
  const connection = plainArguments(connectionOf(provider, objectIn(block, "expressions") ?? {}));
  const host = field(connection.expressions, "host");
  const followed = followServer(plan, textIn(block, "module_address") ?? module, host, valuesOf);
  const comparable = (name: string): Comparable => {
    if (name in connection.constants) return { key: JSON.stringify(["value", connection.constants[name]]) };
    if (name !== "host" || followed === undefined) return "incomparable";
    return { key: JSON.stringify("value" in followed ? ["value", followed.value] : ["address", source, followed.reference]) };
  };
  const constant = connection.constants.host;
  const target = typeof constant === "string" ? constant : followed === undefined ? hostUnknown(host, key) : hostOf(followed, key);
  const clusterName = clusterNameIn(connection.constants);
  return {
    name: key,
    source,
    server: serverOf(connection.expressions, comparable),
    target: { name: key, ...(target === undefined ? {} : { host: target }), ...(clusterName === undefined ? {} : { clusterName }) },
  };
}

const hostOf = (followed: { readonly value: string } | { readonly reference: string }, key: string): Value<string> =>
  "value" in followed ? followed.value : unknown(`\`\${${followed.reference}}\` in \`provider ${key}\`: known only after apply`);

const hostUnknown = (host: Json | undefined, key: string): Value<string> | undefined =>
  host === undefined ? undefined : unknown(`\`host\` of \`provider ${key}\`, which the plan does not show`);

/** `hashicorp/kubernetes` may have any local name. */
const providerName = (block: JsonObject | undefined): string | undefined =>
  textIn(block, "full_name")?.replace(/^.*\//s, "") ?? textIn(block, "name");

/** A module without a configuration of its own uses that of the module around it. */
function inherited(key: string, configurations: JsonObject): string {
  const { module, type, alias } = namedParts(key);
  if (module === "" || alias !== undefined || field(configurations, key) !== undefined) return key;
  const outer = module.replace(/\.?module\.[^.]*$/, "");
  return inherited(outer === "" ? type : `${outer}:${type}`, configurations);
}

/** Expressions that are set, and the values of those that are constants. */
function plainArguments(expressions: JsonObject): { readonly expressions: JsonObject; readonly constants: JsonObject } {
  const read = Object.entries(expressions).map(([name, expression]) => ({ name, expression, value: constantOf(expression ?? null) }));
  const set = read.filter(({ value }) => value !== null && value !== "");
  return {
    expressions: Object.fromEntries(set.map(({ name, expression }) => [name, expression])),
    constants: Object.fromEntries(set.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]]))),
  };
}

function constantOf(expression: Json): Json | undefined {
  // Blocks are a list of what they hold.
  if (Array.isArray(expression))
    return (expression as readonly Json[]).map((block) => (isObject(block) ? plainArguments(block).constants : null));
  if (!isObject(expression) || field(expression, "references") !== undefined) return undefined;
  return field(expression, "constant_value");
}
