import { isUnknown, type Unknown } from "../../engine/model";
import type { Json, JsonObject } from "../objects";
import { field } from "./blocks";
import {
  clusterNameIn,
  type Comparable,
  connectionOf,
  isClusterProvider,
  isServerAddress,
  type ProviderConfiguration,
  providerOfType,
  serverOf,
} from "./provider";
import { resolve } from "./resolve";
import type { Scope, World } from "./scope";
import type { Declaration, Stack } from "./stack";

/** The provider configurations of one stack, each read once. */
export class StackProviders {
  private readonly read = new Map<string, ProviderConfiguration>();

  constructor(
    private readonly stack: Stack,
    private readonly world: World,
  ) {}

  /** The configuration that a resource uses: the one its `provider` names, else that of its provider without an alias. None for other clouds. */
  ofResource(type: string, written: Json | undefined): ProviderConfiguration | undefined {
    const name = typeof written === "string" ? written.replace(/^\$\{(.*)\}$/s, "$1") : providerOfType(type);
    if (!isClusterProvider(providerOfType(type))) return undefined;
    const found = this.read.get(name) ?? this.configuration(name, providerOfType(type));
    this.read.set(name, found);
    return found;
  }

  private configuration(name: string, provider: string): ProviderConfiguration {
    const [local, alias] = name.split(".");
    const { stack } = this;
    const block = stack.providers.find(({ address, body }) => address === local && aliasOf(body as JsonObject) === alias);
    const common = { name, source: stack.name };
    // Nothing is declared of a configuration that an alias names, and Terraform refuses it; without an alias, the environment decides.
    if (block === undefined)
      return { ...common, server: { kind: alias === undefined ? "environment" : "incomparable" }, target: { name, stack: stack.name } };
    const raw = connectionOf(provider, block.body as JsonObject);
    const connection = resolved(raw, scopeOf(block, name, this));
    const host = field(connection, "host");
    const clusterName = clusterNameIn(connection);
    return {
      ...common,
      server: serverOf(raw, (argument) => comparable(field(raw, argument), field(connection, argument), stack)),
      target: {
        ...{ name, stack: stack.name },
        ...(typeof host === "string" || isUnknown(host) ? { host } : {}),
        ...(clusterName === undefined ? {} : { clusterName }),
      },
    };
  }

  get ground(): { readonly stack: Stack; readonly world: World } {
    return { stack: this.stack, world: this.world };
  }
}

const aliasOf = (body: JsonObject): string | undefined => {
  const alias = field(body, "alias");
  return typeof alias === "string" ? alias : undefined;
};

function scopeOf({ file, pointer }: Declaration, name: string, { ground }: StackProviders): Scope {
  const owner = `provider ${name}`;
  return { ...ground, owner, location: { file, pointer, address: owner }, bindings: new Map(), trail: [] };
}

function resolved(raw: JsonObject, scope: Scope): JsonObject {
  const connection = resolve(raw, scope, scope.location.pointer ?? "");
  return isUnknown(connection) ? {} : (connection as JsonObject);
}

/** Values that are known compare as they are; others by the address they lead to, or by how they are written in their stack. */
function comparable(raw: Json | undefined, value: Json | undefined, stack: Stack): Comparable {
  if (!isUnknown(value)) return { key: JSON.stringify(["value", value]) };
  const reference = typeof raw === "string" && /^\$\{[^{}]*\}$/.test(raw) ? referenceIn(value) : undefined;
  if (reference === undefined) return { key: JSON.stringify(["written", stack.name, raw]) };
  // What CDKTF makes for a reference to another stack is called after that stack, so it means the same wherever it stands.
  const isShared = reference.address.startsWith("data.terraform_remote_state.cross-stack-reference-input-");
  return { key: JSON.stringify(["address", isShared ? "" : (reference.stack ?? stack.name), reference.address]) };
}

/** The last reference of the chain that a value comes from, as far as it is the address of a server. */
function referenceIn({ because }: Unknown): { readonly address: string; readonly stack?: string } | undefined {
  const address = [...because.matchAll(/`\$\{([^`…]+)\}`/g)].at(-1)?.[1];
  const stack = [...because.matchAll(/ of stack ([^`]+)`/g)].at(-1)?.[1];
  if (address === undefined || !isServerAddress(address)) return undefined;
  return { address, ...(stack === undefined ? {} : { stack }) };
}
