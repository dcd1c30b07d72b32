import type { Json, JsonObject } from "../objects";
import { field, isList, isObject } from "../terraform/blocks";
import { blockAddress, objectIn, objectsIn, textIn, textsIn } from "./terraform-json";

/** What the configuration behind a plan says about one resource block. */
export interface ConfiguredBlock {
  /** Arguments as written: `{constant_value}` or `{references}` for an attribute, a list of blocks for a block. */
  readonly expressions: JsonObject;
  readonly dependsOn: readonly string[];
  /** Addresses of the blocks that its arguments refer to, sorted. */
  readonly references: readonly string[];
  /** The entry of `provider_config` that it uses. */
  readonly providerKey?: string;
}

/** The resource blocks of a plan's `configuration`, by address without instance keys. */
export function configuredBlocks(plan: JsonObject): ReadonlyMap<string, ConfiguredBlock> {
  const blocks = new Map<string, ConfiguredBlock>();
  collect(objectIn(plan, "configuration", "root_module"), "", blocks);
  return blocks;
}

function collect(module: JsonObject | undefined, prefix: string, blocks: Map<string, ConfiguredBlock>): void {
  for (const resource of objectsIn(module, "resources")) {
    const address = textIn(resource, "address");
    if (address !== undefined) blocks.set(`${prefix}${blockAddress(address)}`, blockOf(resource, prefix));
  }
  for (const [name, call] of Object.entries(objectIn(module, "module_calls") ?? {})) {
    collect(objectIn(call, "module"), `${prefix}module.${name}.`, blocks);
  }
}

function blockOf(resource: JsonObject, prefix: string): ConfiguredBlock {
  const expressions = objectIn(resource, "expressions") ?? {};
  const meta = ["for_each_expression", "count_expression"].map((name) => field(resource, name));
  const references = [expressions, ...meta].flatMap(referencesIn).map((each) => referredBlock(each));
  const others = new Set(references.filter((each) => each !== undefined).map((each) => `${prefix}${each}`));
  const providerKey = textIn(resource, "provider_config_key");
  return {
    expressions,
    dependsOn: textsIn(resource, "depends_on").map((each) => `${prefix}${each}`),
    references: [...others].sort(),
    ...(providerKey === undefined ? {} : { providerKey }),
  };
}

/** Every reference at any depth. Works on a list of what is left, as documents may be deep. */
function referencesIn(value: Json | undefined): readonly string[] {
  const found: string[] = [];
  const left: (Json | undefined)[] = [value];
  while (left.length > 0) {
    const next = left.pop();
    if (isList(next)) left.push(...next);
    if (!isObject(next)) continue;
    for (const [name, child] of Object.entries(next)) {
      if (name === "references") found.push(...textsIn(next, "references"));
      else if (name !== "constant_value") left.push(child);
    }
  }
  return found;
}

/** The block that a reference such as `aws_vpc.v.id` or `data.aws_region.r` leads to; none for `each.key` and the like. */
function referredBlock(reference: string): string | undefined {
  const words = blockAddress(reference).split(".");
  const [first = ""] = words;
  if (["each", "count", "path", "terraform", "self"].includes(first)) return undefined;
  return words.slice(0, first === "data" || first === "ephemeral" ? 3 : 2).join(".");
}

/** What the configuration says at one place of a resource: the block there, an expression, nothing, or undefined when that is not clear. */
export type Written = { readonly block: JsonObject } | { readonly blocks: readonly Json[] } | { readonly expression: Json } | "nothing";

/** What is written in a field of a place. Whatever lies inside an expression comes from that expression. */
export function writtenField(written: Written | undefined, name: string): Written | undefined {
  if (written === undefined || typeof written === "string" || "blocks" in written) return undefined;
  if ("expression" in written) return written;
  const value = field(written.block, name);
  if (value === undefined) return "nothing";
  return isList(value) ? { blocks: value } : { expression: value };
}

/**
 * What is written for one of `count` blocks. Blocks that a `dynamic` block makes are not in the configuration of a plan, so the places agree
 * only when the numbers do.
 */
export function writtenBlock(written: Written | undefined, index: number, count: number): Written | undefined {
  if (written === undefined || typeof written === "string" || "block" in written) return undefined;
  if ("expression" in written) return written;
  if (written.blocks.length !== count) return undefined;
  const block = written.blocks[index];
  return isObject(block) ? { block } : undefined;
}

/** The one thing an expression refers to; none when there are several, as any of them may be what is missing. */
export function onlyReference(written: Written | undefined): string | undefined {
  if (written === undefined || typeof written === "string" || !("expression" in written)) return undefined;
  // Each reference is followed by the shorter ones it contains.
  const all = [...new Set(textsIn(written.expression, "references"))];
  const longest = all.filter((each) => !all.some((other) => other !== each && other.startsWith(each)));
  return longest.length === 1 ? longest[0] : undefined;
}
