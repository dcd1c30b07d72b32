import type { ProviderConfiguration, Server } from "./provider";

/**
 * A key for each provider configuration, equal for those of one cluster. Two are of one cluster when the same address, or the same file and
 * context, says so, and when nothing is said and the environment decides for both. The configurations without an alias of one stack (of
 * `kubernetes`, `kubectl` and `helm`) belong together unless they name different servers. A configuration that a state names is the one of that
 * name which another input describes. Everything else is a cluster of its own.
 */
export function clusterKeys(configurations: readonly ProviderConfiguration[]): ReadonlyMap<ProviderConfiguration, string> {
  const all = [...new Set(configurations)];
  const said = all.filter(({ server }) => server.kind !== "unsaid");
  const keys = new Map(said.map((each) => [each, keyOf(leaderOf(each, all))]));
  for (const each of all.filter(({ server }) => server.kind === "unsaid")) {
    const { name } = leaderOf(each, all);
    const described = new Set(said.filter((other) => other.name === name).map((other) => keys.get(other)));
    const [only] = described;
    keys.set(each, described.size === 1 && only !== undefined ? only : JSON.stringify(["unsaid", name]));
  }
  return keys;
}

/** A configuration's name in parts: the module it is in, the provider, and the alias if it has one. */
export function namedParts(name: string): { readonly module: string; readonly type: string; readonly alias?: string } {
  const [module, local] = name.includes(":") ? [name.slice(0, name.lastIndexOf(":")), name.slice(name.lastIndexOf(":") + 1)] : ["", name];
  const [type = local, alias] = local.split(".");
  return { module, type, ...(alias === undefined ? {} : { alias }) };
}

/** The configuration whose cluster one shares: itself, or the main one of its stack. Following one step keeps clusters from being chained. */
function leaderOf(one: ProviderConfiguration, all: readonly ProviderConfiguration[]): ProviderConfiguration {
  const { module, alias } = namedParts(one.name);
  if (alias !== undefined) return one;
  const beside = all.filter(({ name, source }) => {
    const parts = namedParts(name);
    return source === one.source && parts.module === module && parts.alias === undefined;
  });
  const main = beside.find(({ name }) => namedParts(name).type === "kubernetes") ?? beside.toSorted(byName)[0] ?? one;
  return differ(main.server, one.server) ? one : main;
}

const byName = (a: ProviderConfiguration, b: ProviderConfiguration): number => (a.name < b.name ? -1 : a.name === b.name ? 0 : 1);

/** Whether two servers are certainly two: what is said of them is of one kind, and is not the same. */
const differ = (one: Server, other: Server): boolean => "key" in one && "key" in other && one.kind === other.kind && one.key !== other.key;

function keyOf({ name, source, server }: ProviderConfiguration): string {
  if ("key" in server) return JSON.stringify([server.kind, server.key]);
  return server.kind === "environment" ? "environment" : JSON.stringify(["own", source, name]);
}
