import { isUnknown, type PortMatch, type Protocol, protocols } from "../../engine/model";
import type { Json } from "../validation/json";

/** A protocol by name. @default TCP when the name is absent or empty; undefined when it is none of the three */
export const protocolNamed = (name: string | undefined): Protocol | undefined =>
  name === undefined || name === "" ? "TCP" : protocols.find((protocol) => protocol === name);

/** The numbers `from` to `to`, in both of which either may be missing from the input. */
export function rangeOf(protocol: Protocol, from: Json | undefined, to: Json | undefined): PortMatch {
  if (isUnknown(from)) return { kind: "unknown", unknown: from, protocol };
  if (isUnknown(to)) return { kind: "unknown", unknown: to, protocol };
  return { kind: "range", protocol, from: Number(from), to: Number(to) };
}
