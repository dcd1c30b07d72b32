/** Values as Terraform and its providers exchange them. */
import { decode, encode, ExtensionCodec } from "@msgpack/msgpack";

/** What is known only after apply. */
export const unknown: unique symbol = Symbol("known after apply");

/** A value of any type; what is not set is null. */
export type Value = string | number | boolean | null | typeof unknown | readonly Value[] | ValueObject;

/** An object or a map. */
export interface ValueObject {
  readonly [name: string]: Value;
}

/** An unknown, and an unknown of which something is known (that it is not null, how it begins); both are only unknown here. */
const extensionTypes = [0, 12];

/** The codec looks for extensions among objects only, and a symbol is none. */
class UnknownValue {
  readonly isKnown = false;
}

const codec = new ExtensionCodec();
for (const type of extensionTypes) {
  codec.register({
    type,
    encode: (value) => (type === 0 && value instanceof UnknownValue ? new Uint8Array([0]) : null),
    decode: () => new UnknownValue(),
  });
}

/** A value in the words of the protocol's `DynamicValue`. */
export interface DynamicValue {
  readonly msgpack?: Uint8Array;
  readonly json?: Uint8Array;
}

export const encodeValue = (value: Value): DynamicValue => ({
  msgpack: Buffer.from(encode(replaced(value, toExtension), { extensionCodec: codec })),
});

/** Reads a value; an absent one is null. */
export function decodeValue({ msgpack, json }: DynamicValue = {}): Value {
  if (msgpack !== undefined && msgpack.length > 0) return replaced(decode(msgpack, { extensionCodec: codec }), fromExtension) as Value;
  return json === undefined || json.length === 0 ? null : (JSON.parse(Buffer.from(json).toString("utf8")) as Value);
}

const toExtension = (value: unknown): unknown => (value === unknown ? new UnknownValue() : undefined);
const fromExtension = (value: unknown): unknown => (value instanceof UnknownValue ? unknown : undefined);

/** A copy in which `replace` may put something else for any part. */
function replaced(value: unknown, replace: (value: unknown) => unknown): unknown {
  const other = replace(value);
  if (other !== undefined) return other;
  if (Array.isArray(value)) return value.map((each) => replaced(each, replace));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, replaced(each, replace)]));
}

export const isList = (value: Value | undefined): value is readonly Value[] => Array.isArray(value);

export const isValueObject = (value: Value | undefined): value is ValueObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Whether two values are the same, an unknown being like nothing but an unknown. */
export function sameValue(one: Value | undefined, other: Value | undefined): boolean {
  if (isList(one)) return isList(other) && one.length === other.length && one.every((each, index) => sameValue(each, other[index]));
  if (!isValueObject(one)) return one === other;
  const names = Object.keys(one);
  return isValueObject(other) && names.length === Object.keys(other).length && names.every((name) => sameValue(one[name], other[name]));
}
