import { isUnknown, type Location, type Namespace, type Node, unknown, type Value } from "../../engine/model";
import type { Problem } from "../objects";
import { isAddress } from "../validation/cidr";
import { entriesAt, type JsonObject, known, stringAt, valueAt } from "../validation/json";
import { textOf } from "./problems";
import { readLabels, readName } from "./selectors";

/** The label the API server sets on every namespace. */
const nameLabel = "kubernetes.io/metadata.name";

export function readNamespaceObject(object: JsonObject, location: Location): Namespace {
  const name = readName(object);
  const { labels, unknownLabels } = readLabels(valueAt(object, "metadata", "labels"));
  return {
    name,
    labels: { ...labels, [nameLabel]: name },
    ...(unknownLabels === undefined ? {} : { unknownLabels }),
    location,
  };
}

/** Something that lives in a namespace. */
export interface Namespaced {
  readonly namespace: Value<string>;
  readonly location?: Location;
}

/**
 * The namespaces that are used but not declared. They exist, or the objects in them could not; their labels are set elsewhere, so a selector on
 * any other label than the name is undecided for them.
 */
export function undeclaredNamespaces(
  declared: readonly Namespace[],
  contents: readonly Namespaced[],
): { readonly namespaces: readonly Namespace[]; readonly problems: readonly Problem[] } {
  const names = new Set(declared.map(({ name }) => name));
  const namespaces: Namespace[] = [];
  const problems: Problem[] = [];
  for (const { namespace: name, location = {} } of contents) {
    if (isUnknown(name) || names.has(name)) continue;
    names.add(name);
    namespaces.push({
      name,
      labels: { [nameLabel]: name },
      unknownLabels: unknown(`the labels of namespace \`${name}\`, which is not in the input`),
    });
    problems.push({ severity: "note", message: noteFor(name), location });
  }
  return { namespaces, problems };
}

const noteFor = (name: string): string =>
  `namespace \`${name}\` is used but not in the input, so its labels other than \`${nameLabel}\` are not known; add the Namespace to decide about them`;

/** A node; of its addresses only those that are IP addresses. */
export function readNode(object: JsonObject): Node {
  const addresses = entriesAt(object, "status", "addresses").map((each) => known(stringAt(each, "address")) ?? "");
  return {
    name: textOf(readName(object)),
    labels: readLabels(valueAt(object, "metadata", "labels")).labels,
    addresses: addresses.filter(isAddress),
  };
}
