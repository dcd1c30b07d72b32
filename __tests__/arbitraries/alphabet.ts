/**
 * The few words random clusters are written with: small enough that selectors, names and blocks hit each other often, with the awkward
 * ones among them (a key that every JavaScript object seems to have, an empty value, both ends of every range).
 */
import fc from "fast-check";
import type { Labels, LabelSelector, Protocol, Requirement } from "../../engine/model";

/** Which features random clusters have beyond NetworkPolicy v1 on ordinary pods. */
export interface Features {
  /** Cluster-wide policies of every kind. @default false */
  readonly tiers?: boolean;
  /** Pods in the network of their node. @default false */
  readonly hostNetwork?: boolean;
}

/** `constructor` is a legal label key, and a property of every object literal. */
const keys = ["app", "tier", "constructor"] as const;
const values = ["a", "b", ""] as const;

/** The label Kubernetes puts on every namespace. */
export const nameLabel = "kubernetes.io/metadata.name";

export const portNames = ["web", "api"] as const;
export const portNumbers = [1, 2, 79, 80, 81, 443, 8080, 8081, 65534, 65535] as const;

export const anyProtocol: fc.Arbitrary<Protocol> = fc.constantFrom("TCP", "TCP", "UDP", "SCTP");
export const anyPortName = fc.constantFrom(...portNames);
export const anyPortNumber = fc.constantFrom(...portNumbers);

const anyValue = fc.constantFrom(...values);
const commonKeys = ["app", "app", "tier", "constructor"] as const;

/** Labels of a pod or node: often the same as another's, sometimes none. */
export const anyLabels: fc.Arbitrary<Labels> = fc
  .array(fc.tuple(fc.constantFrom(...commonKeys), anyValue), { maxLength: 2 })
  .map((entries) => Object.fromEntries(entries));

/** Selectors of pods and nodes. */
export const anySelector = selectors(fc.constantFrom(...commonKeys), anyValue);

/** Selectors of namespaces, which may also ask for a namespace by name. */
export const anyNamespaceSelector = fc.oneof(
  { weight: 3, arbitrary: anySelector },
  { weight: 1, arbitrary: selectors(fc.constant(nameLabel), fc.constantFrom("ns0", "ns1", "ns2")) },
);

function selectors(key: fc.Arbitrary<string>, value: fc.Arbitrary<string>): fc.Arbitrary<LabelSelector> {
  const matchLabels = fc.array(fc.tuple(key, value), { maxLength: 2 }).map((entries): Labels => Object.fromEntries(entries));
  const matchExpressions = fc.array(requirements(key, value), { maxLength: 2 });
  return fc.oneof(
    { weight: 2, arbitrary: fc.constant<LabelSelector>({}) },
    { weight: 3, arbitrary: fc.record({ matchLabels }) },
    { weight: 2, arbitrary: fc.record({ matchExpressions }) },
    { weight: 1, arbitrary: fc.record({ matchLabels, matchExpressions }) },
  );
}

function requirements(key: fc.Arbitrary<string>, value: fc.Arbitrary<string>): fc.Arbitrary<Requirement> {
  const listed = fc.array(value, { minLength: 1, maxLength: 2 });
  return fc.oneof(
    fc.record({ key, operator: fc.constantFrom("In" as const, "NotIn" as const), values: listed }),
    fc.record({ key, operator: fc.constantFrom("Exists" as const, "DoesNotExist" as const) }),
  );
}

/** Keys a completion may give to an object whose labels are not all known. */
export const labelKeys: readonly string[] = keys;
/** Values a completion may give, one of them in no selector. */
export const labelValues: readonly string[] = [...values, "fresh"];
