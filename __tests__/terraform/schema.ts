/** What a provider says about its resources, and the form the protocol wants it in. */
import type { Value } from "./value";

/** A type of Terraform, as it is written in JSON. */
export type AttributeType =
  | "string"
  | "number"
  | "bool"
  | readonly ["list" | "set" | "map", AttributeType]
  | readonly ["object", Readonly<Record<string, AttributeType>>];

/** One argument of a block. Without `required` it is optional; with `computed` alone it cannot be written. */
export interface Attribute {
  readonly type: AttributeType;
  readonly required?: true;
  readonly optional?: true;
  /** The provider fills it in where the author does not. */
  readonly computed?: true;
  /** What the provider takes when nothing is written; known when planned. */
  readonly default?: Value;
  /** What the API server makes of a computed attribute that was not written. @default what is zero for its type */
  readonly server?: Value;
  /** A change of it needs another object. */
  readonly replaces?: true;
}

export interface Block {
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly blocks: Readonly<Record<string, NestedBlock>>;
}

/** A block in a block: a list of them, or at most one in the way of `timeouts`. */
export interface NestedBlock extends Block {
  readonly nesting: "list" | "single";
  readonly required?: true;
  /** How many there may be; absent: any number. */
  readonly max?: number;
  /** The API server fills it in where the author does not, with `server`. */
  readonly computed?: true;
  readonly server?: readonly Value[];
}

/** A kind of resource. */
export interface Resource extends Block {
  /** Of the schema, as state files record it. */
  readonly version: number;
}

type Names<T> = Readonly<Record<string, T>>;
type AttributeOptions = Omit<Attribute, "type" | "required" | "optional">;

export const attribute = (type: AttributeType, options: AttributeOptions = {}): Attribute => ({ type, optional: true, ...options });
export const requiredAttribute = (type: AttributeType, options: AttributeOptions = {}): Attribute => ({ type, required: true, ...options });
export const readOnly = (type: AttributeType, server?: Value): Attribute => ({
  type,
  computed: true,
  ...(server === undefined ? {} : { server }),
});

export const listOf: AttributeType = ["list", "string"];
export const setOf: AttributeType = ["set", "string"];
export const mapOf: AttributeType = ["map", "string"];

type BlockOptions = Pick<NestedBlock, "required" | "computed" | "server">;

/** Any number of blocks. */
export const blocks = (attributes: Names<Attribute>, inner: Names<NestedBlock> = {}, options: BlockOptions = {}): NestedBlock => ({
  nesting: "list",
  attributes,
  blocks: inner,
  ...options,
});

/** At most one block, which plans show as a list all the same. */
export const block = (attributes: Names<Attribute>, inner: Names<NestedBlock> = {}, options: BlockOptions = {}): NestedBlock => ({
  ...blocks(attributes, inner, options),
  max: 1,
});

/** How long operations may take. */
export const timeouts = (...operations: readonly string[]): NestedBlock => ({
  nesting: "single",
  attributes: Object.fromEntries(operations.map((name) => [name, attribute("string")])),
  blocks: {},
});

/** A schema as the protocol carries it. */
export const protocolSchema = ({ version, ...top }: Resource): object => ({ version, block: protocolBlock(top) });

const protocolBlock = ({ attributes, blocks: inner }: Block): object => ({
  attributes: Object.entries(attributes).map(([name, { type, required, optional, computed }]) => ({
    name,
    type: Buffer.from(JSON.stringify(type)),
    required: required ?? false,
    optional: optional ?? false,
    computed: computed ?? false,
  })),
  block_types: Object.entries(inner).map(([type_name, each]) => ({
    type_name,
    block: protocolBlock(each),
    nesting: each.nesting === "single" ? "SINGLE" : "LIST",
    min_items: each.required === true ? 1 : 0,
    max_items: each.nesting === "single" ? 0 : (each.max ?? 0),
  })),
});
