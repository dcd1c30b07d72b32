import { isUnknown, type Value } from "../../engine/model";
import { type Cidr, isStrictlyInside, parseCidr, strictProblem } from "./cidr";
import { child, entry, type FieldError, forbidden, invalid, notSupported, required } from "./field-error";
import { entriesAt, isJsonObject, type Json, type JsonObject, known, listAt, numberAt, objectAt, stringAt, valueAt } from "./json";
import { type SelectorOptions, validateSelector } from "./labels";
import { portNameProblem, portNumberProblem } from "./names";

/** How strictly a NetworkPolicy is checked. */
export interface NetworkPolicyOptions {
  /** The StrictIPCIDRValidation feature gate: leading zeros and host bits in a block are errors. @default false */
  readonly strictCIDR?: boolean;
}

interface Context extends SelectorOptions {
  readonly strictCIDR: boolean;
  /** Blocks that may stay as they are, because the stored object has them. */
  readonly storedCidrs: readonly string[];
}

/** The two directions with the fields they are written in. */
const directions = [
  { type: "Ingress", rules: "ingress", peers: "from" },
  { type: "Egress", rules: "egress", peers: "to" },
] as const;

/** `spec` of a NetworkPolicy that is created. */
export function validateNetworkPolicySpec(policy: JsonObject, options: NetworkPolicyOptions = {}): readonly FieldError[] {
  return validateSpec(policy, { strictCIDR: options.strictCIDR === true, storedCidrs: [] });
}

/** `spec` of a NetworkPolicy that replaces `previous`: what was stored before a check existed may stay. */
export function validateNetworkPolicySpecUpdate(
  previous: JsonObject,
  next: JsonObject,
  options: NetworkPolicyOptions = {},
): readonly FieldError[] {
  const before = known(objectAt(previous, "spec", "podSelector")) ?? {};
  return validateSpec(next, {
    strictCIDR: options.strictCIDR === true,
    storedCidrs: cidrsOf(previous),
    allowInvalidValues: validateSelector(before, "").length > 0,
  });
}

/** Every block a policy names. */
function cidrsOf(policy: JsonObject): readonly string[] {
  const peers = directions.flatMap((direction) =>
    entriesAt(policy, "spec", direction.rules).flatMap((rule) => entriesAt(rule, direction.peers)),
  );
  const texts = peers.flatMap((peer) => [valueAt(peer, "ipBlock", "cidr"), ...entriesAt(peer, "ipBlock", "except")]);
  return texts.filter((text) => typeof text === "string");
}

function validateSpec(policy: JsonObject, context: Context): readonly FieldError[] {
  const subject = known(objectAt(policy, "spec", "podSelector")) ?? {};
  return [
    ...validateSelector(subject, "spec.podSelector", context),
    ...directions.flatMap(({ rules, peers }) =>
      entriesAt(policy, "spec", rules).flatMap((rule, index) => validateRule(rule, peers, entry(child("spec", rules), index), context)),
    ),
    ...policyTypesErrors(policy),
  ];
}

function validateRule(rule: Json, peers: string, path: string, context: Context): readonly FieldError[] {
  return [
    ...entriesAt(rule, "ports").flatMap((port, index) => validatePort(port, entry(child(path, "ports"), index))),
    ...entriesAt(rule, peers).flatMap((peer, index) => validatePeer(peer, entry(child(path, peers), index), context)),
  ];
}

function policyTypesErrors(policy: JsonObject): readonly FieldError[] {
  const path = "spec.policyTypes";
  const types = entriesAt(policy, "spec", "policyTypes");
  if (types.length > directions.length) return [invalid(path, "must have at most two entries")];
  const allowed: readonly string[] = directions.map(({ type }) => type);
  return types.flatMap((type, index) =>
    typeof type === "string" && !allowed.includes(type) ? [notSupported(entry(path, index), type, allowed)] : [],
  );
}

const protocols = ["TCP", "UDP", "SCTP"];

function validatePort(port: Json, path: string): readonly FieldError[] {
  const protocol = stringAt(port, "protocol");
  const unsupported = typeof protocol === "string" && !protocols.includes(protocol);
  return [
    ...(unsupported ? [notSupported(child(path, "protocol"), protocol, protocols)] : []),
    ...portErrors(valueAt(port, "port"), numberAt(port, "endPort"), path),
  ];
}

function portErrors(port: Json | undefined, endPort: Value<number> | undefined, path: string): readonly FieldError[] {
  const endPath = child(path, "endPort");
  const problem = typeof port === "number" ? portNumberProblem(port) : typeof port === "string" ? portNameProblem(port) : undefined;
  const errors = problem === undefined ? [] : [invalid(child(path, "port"), `${problem}, not be \`${JSON.stringify(port)}\``)];
  // An end that is not known may turn out to be absent.
  if (endPort === undefined || isUnknown(endPort) || isUnknown(port)) return errors;
  if (port === undefined) return [...errors, invalid(endPath, "needs a `port` to begin with")];
  if (typeof port !== "number") return [...errors, invalid(endPath, "needs a `port` that is a number")];
  return [...errors, ...endPortErrors(port, endPort, endPath)];
}

function endPortErrors(port: number, endPort: number, path: string): readonly FieldError[] {
  const problem = portNumberProblem(endPort);
  return [
    ...(endPort < port ? [invalid(path, `must not be below \`port\`, which is ${port}; it is ${endPort}`)] : []),
    ...(problem === undefined ? [] : [invalid(path, `${problem}, not be \`${endPort}\``)]),
  ];
}

function validatePeer(peer: Json, path: string, context: Context): readonly FieldError[] {
  if (!isJsonObject(peer)) return [];
  const given = ["podSelector", "namespaceSelector", "ipBlock"].filter((name) => valueAt(peer, name) !== undefined);
  const selectors = given.filter((name) => name !== "ipBlock");
  // What is not known may turn out to be absent.
  const certain = given.filter((name) => !isUnknown(valueAt(peer, name)));
  return [
    ...selectors.flatMap((name) => validateSelector(known(objectAt(peer, name)) ?? {}, child(path, name), context)),
    ...(given.includes("ipBlock") ? validateIpBlock(objectAt(peer, "ipBlock"), child(path, "ipBlock"), context) : []),
    ...(given.length === 0 ? [required(path, "must have a podSelector, a namespaceSelector or an ipBlock")] : []),
    ...(certain.length > 1 && certain.includes("ipBlock") ? [forbidden(path, "must not have an ipBlock together with a selector")] : []),
  ];
}

function validateIpBlock(block: Value<JsonObject> | undefined, path: string, context: Context): readonly FieldError[] {
  if (isUnknown(block)) return [];
  const text = stringAt(block, "cidr") ?? "";
  if (text === "") return [required(child(path, "cidr"))];
  const outer = isUnknown(text) ? undefined : parseCidr(text);
  const errors = isUnknown(text) ? [] : cidrErrors(text, child(path, "cidr"), context);
  // Blocks to leave out are looked at only when the block itself can be read.
  if (outer === undefined && !isUnknown(text)) return errors;
  const excepts = listAt(block, "except") ?? [];
  return [
    ...errors,
    ...(isUnknown(excepts) ? [] : excepts).flatMap((except, index) =>
      typeof except === "string" ? exceptErrors(except, outer, entry(child(path, "except"), index), context) : [],
    ),
  ];
}

function exceptErrors(text: string, outer: Cidr | undefined, path: string, context: Context): readonly FieldError[] {
  const inner = parseCidr(text);
  const outside = inner !== undefined && outer !== undefined && !isStrictlyInside(inner, outer);
  return [
    ...cidrErrors(text, path, context),
    ...(outside ? [invalid(path, `must be inside \`cidr\` and smaller than it, unlike \`${text}\``)] : []),
  ];
}

function cidrErrors(text: string, path: string, { strictCIDR, storedCidrs }: Context): readonly FieldError[] {
  if (storedCidrs.includes(text)) return [];
  const cidr = parseCidr(text);
  if (cidr === undefined) return [invalid(path, `must be a CIDR block, such as \`10.0.0.0/8\` or \`2001:db8::/32\`, not \`${text}\``)];
  const problem = strictCIDR ? strictProblem(text, cidr) : undefined;
  return problem === undefined ? [] : [invalid(path, `${problem}, unlike \`${text}\``)];
}
