/**
 * What the Kubernetes provider plans for a resource, and what the API server makes of it. The provider is made with the older SDK, so after an
 * apply what was not written is zero rather than null, and a plan takes null and zero for the same.
 */
import type { Attribute, AttributeType, Block, NestedBlock } from "./schema";
import { isList, isValueObject, sameValue, unknown, type Value, type ValueObject } from "./value";

/** A step on the way to an attribute: its name, or the place of a block. */
export type PathStep = string | number;

/** What is to become of a resource. */
export interface Planned {
  readonly state: ValueObject;
  /** Attributes that cannot be changed in place. */
  readonly replaces: readonly (readonly PathStep[])[];
}

/**
 * Plans a resource.
 *
 * @param prior what is there; null for a resource to be created.
 * @param proposed what is written, over what is there where nothing is written.
 */
export function plan(block: Block, prior: Value, proposed: ValueObject): Planned {
  const before = isValueObject(prior) ? prior : undefined;
  const state = plannedBlock(block, before, proposed);
  return { state, replaces: before === undefined ? [] : replacing(block, before, state, []) };
}

function plannedBlock(block: Block, prior: ValueObject | undefined, proposed: ValueObject): ValueObject {
  const attributes = mapped(block.attributes, (name, attribute) => plannedAttribute(attribute, prior?.[name], proposed[name] ?? null));
  const inner = mapped(block.blocks, (name, nested) => plannedBlocks(nested, prior?.[name], proposed[name] ?? null));
  return { ...attributes, ...inner };
}

/** An attribute that is computed and has no value yet is unknown; without a block before it there cannot be one. */
function plannedAttribute(attribute: Attribute, prior: Value | undefined, proposed: Value): Value {
  if (proposed !== null) return proposed;
  if (attribute.default !== undefined) return attribute.default;
  if (prior === undefined) return attribute.computed === true ? unknown : null;
  return attribute.computed === true || isZero(prior) ? prior : null;
}

function plannedBlocks(nested: NestedBlock, prior: Value | undefined, proposed: Value): Value {
  if (proposed === unknown) return unknown;
  if (nested.nesting === "single") return isValueObject(proposed) ? plannedBlock(nested, undefined, proposed) : null;
  const written = blocksIn(proposed);
  if (written.length === 0 && nested.computed === true) return prior ?? unknown;
  const before = blocksIn(prior);
  return written.map((each, index) => (isValueObject(each) ? plannedBlock(nested, objectOrNone(before[index]), each) : each));
}

const objectOrNone = (value: Value | undefined): ValueObject | undefined => (isValueObject(value) ? value : undefined);

const isZero = (value: Value): boolean =>
  value === "" || value === 0 || value === false || (isList(value) && value.length === 0) || (isValueObject(value) && isEmpty(value));

const isEmpty = (value: ValueObject): boolean => Object.keys(value).length === 0;

/** Where a change needs another object. */
function replacing(block: Block, prior: ValueObject, planned: ValueObject, path: readonly PathStep[]): readonly (readonly PathStep[])[] {
  const changed = Object.entries(block.attributes)
    .filter(([name, { replaces }]) => replaces === true && !sameValue(prior[name], planned[name]))
    .map(([name]) => [...path, name]);
  const inner = Object.entries(block.blocks).flatMap(([name, nested]) => {
    const old = blocksIn(prior[name]);
    return blocksIn(planned[name]).flatMap((each, index) => {
      const before = old[index];
      return isValueObject(before) && isValueObject(each) ? replacing(nested, before, each, [...path, name, index]) : [];
    });
  });
  return [...changed, ...inner];
}

const blocksIn = (value: Value | undefined): readonly Value[] => (isList(value) ? value : []);

/** What is there once a plan is carried out: the server has filled in what was unknown, and nothing scalar is null any more. */
export function applied(block: Block, planned: ValueObject): ValueObject {
  const attributes = mapped(block.attributes, (name, attribute) => appliedAttribute(attribute, planned[name] ?? null));
  const inner = mapped(block.blocks, (name, nested) => appliedBlocks(nested, planned[name] ?? null));
  return { ...attributes, ...inner };
}

function appliedAttribute({ type, server }: Attribute, value: Value): Value {
  if (value === unknown) return server ?? zeroOf(type);
  return value ?? zeroOf(type);
}

function appliedBlocks(nested: NestedBlock, value: Value): Value {
  if (nested.nesting === "single") return value;
  const blocks = isList(value) ? value : (nested.server ?? []);
  return blocks.map((each) => (isValueObject(each) ? applied(nested, each) : each));
}

/** A map or set that nobody wrote stays null, as in real states. */
function zeroOf(type: AttributeType): Value {
  if (type === "string") return "";
  if (type === "number") return 0;
  if (type === "bool") return false;
  return type[0] === "list" ? [] : null;
}

const mapped = <T>(of: Readonly<Record<string, T>>, make: (name: string, each: T) => Value): ValueObject =>
  Object.fromEntries(Object.entries(of).map(([name, each]) => [name, make(name, each)]));
