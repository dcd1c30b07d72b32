import { type Fault, inFile } from "./fault";

const selecting: readonly Fault[] = [
  ...inFile(
    "engine/selector.ts",
    ["NotIn fails on an absent key", 'return value === undefined ? "yes" : not(', 'return value === undefined ? "no" : not('],
    ["In holds on an absent key", 'return value === undefined ? "no" : isAmong', 'return value === undefined ? "yes" : isAmong'],
    ["Exists is read as DoesNotExist", "return present;", "return not(present);"],
    ["DoesNotExist fails on an absent key", "return not(present);", 'return "no";'],
    ["a label that differs from pod to pod has any value", "known.size === 0 && !values.some(isUnknown)", "false"],
    ["one value of several is taken for all", "known.size === countOf(numbered)", "known.size > 0"],
    ["a number may have leading zeros", "(?:0|[1-9]\\d*)$/.test(digits)", "\\d+$/.test(digits)"],
    ["one of several conditions is enough", "const known = allOf(requirementsOf", "const known = anyOf(requirementsOf"],
    ["matchExpressions are not read", "return [...exact, ...(selector.matchExpressions ?? [])];", "return exact;"],
    ["labels that may be there are taken to be absent", 'if (!isListed && unknownLabels !== undefined) return "maybe";', ""],
    [
      "a selector that is partly known is taken as whole",
      'return selector.unknown === undefined || known === "no" ? known : "maybe";',
      "return known;",
    ],
  ),
  ...inFile(
    "engine/matching/label-index.ts",
    ["objects with unknown labels are missed by a look-up", "this.withUnknownLabels.push(place);", "void place;"],
    ["objects with an unknown value are missed by a look-up", "append(this.withUnknownValue, key, place);", "void key;"],
    [
      "only the first value of a condition is looked up",
      "const holders = [...values].map(",
      "const holders = [...values].slice(0, 1).map(",
    ],
  ),
  ...inFile("engine/matching/pod-index.ts", [
    "a selection that is only possible counts as certain",
    'if (answer === "yes") certain.push(index);',
    "certain.push(index);",
  ]),
];

const peers: readonly Fault[] = [
  ...inFile(
    "engine/matching/peer-matching.ts",
    [
      "a podSelector alone means every namespace",
      'peer.namespaces === "own" ? this.pods.selectIn(namespace, peer.pods)',
      'peer.namespaces === "own" ? this.pods.select({}, peer.pods)',
    ],
    ["exceptions of a block are ignored", "(left, each) => left.subtract(IpSet.cidr(each))", "(left, _each) => left"],
    ["an exception that is not known is ignored", "certain: known.length === except.length ? possible : IpSet.none", "certain: possible"],
    [
      "host-networked pods are subjects of cluster-wide policies",
      "return this.withoutHostNetworked(this.pods.select(namespaces, pods));",
      "return this.pods.select(namespaces, pods);",
    ],
    [
      "host-networked pods are peers of cluster-wide policies",
      "return this.withoutHostNetworked(this.pods.select(peer.namespaces, peer.pods));",
      "return this.pods.select(peer.namespaces, peer.pods);",
    ],
    [
      "a host-networked pod is always read as a pod",
      'return this.reading.hostNetwork === "pod" ? match : this.withoutHostNetworked(match);',
      "return match;",
    ],
    ["a domain name is taken to match no address", "return this.perhaps(this.universe.allAddresses);", "return this.nobody;"],
    [
      "a peer that is not known matches nobody",
      'case "unknown":\n        return this.perhaps(this.universe.all);\n    }\n  }\n\n  /** Whom a peer of a cluster-wide',
      'case "unknown":\n        return this.nobody;\n    }\n  }\n\n  /** Whom a peer of a cluster-wide',
    ],
    ["a nodes peer is every node", 'possible: answer === "no" ? IpSet.none : addresses', "possible: addresses"],
    ["nodes that are not listed are taken not to exist", "if (unknownNodes !== undefined) return", "if (unknownNodes === null) return"],
  ),
  ...inFile(
    "engine/matching/pod-addresses.ts",
    ["pods are never in a block of addresses", "...this.podsIn(addresses)]", "]"],
    ["a range of addresses misses its last one", "(entries[i] as Entry).value <= to; i++", "(entries[i] as Entry).value < to; i++"],
    ["both addresses of a pod count, whichever family is used", "if (family === undefined || address.family === family)", "if (true)"],
    ["a block that overlaps the pod ranges holds every pod", "!podRanges.isEmpty && podRanges.isSubsetOf(addresses)", "!podRanges.isEmpty"],
  ),
  ...inFile("engine/matching/address-ranges.ts", [
    "addresses beyond a block are counted to it",
    "if ((sorted[middle] as bigint) <= value)",
    "if ((sorted[middle] as bigint) < value)",
  ]),
];

const ports: readonly Fault[] = [
  ...inFile(
    "engine/matching/port-matching.ts",
    [
      "a named port ignores its protocol",
      "port.name === name && (protocol === undefined || port.protocol === protocol)",
      "port.name === name",
    ],
    ["a port that is not known matches nothing", "possible = possible.union(allOf(port.protocol));", ""],
    [
      "of several ports of one name only the last counts",
      "if (!isUnknown(port)) certain = certain.union(ConnectionSet",
      "if (!isUnknown(port)) certain = (ConnectionSet",
    ],
    ["ports that may be declared are taken not to be", "group.unknownPorts === undefined && !group.ports.some(", "!group.ports.some("],
  ),
  ...inFile(
    "engine/sets/interval-set.ts",
    ["adjacent ranges swallow what lies between", "from <= next(last[1])", "from <= next(next(last[1]))"],
    ["a cut leaves its last number in", "from = next(cutTo);", "from = cutTo;"],
  ),
  ...inFile("engine/sets/connection-set.ts", [
    "protocols are mixed up",
    "operation(this.UDP, other.UDP), operation(this.SCTP, other.SCTP)",
    "operation(this.UDP, other.UDP), operation(this.SCTP, other.UDP)",
  ]),
  ...inFile(
    "engine/matching/pod-groups.ts",
    [
      "pods that differ in a named port are taken for alike",
      "return JSON.stringify([namespace, labels, unknownLabels, ports, unknownPorts, hostNetwork]);",
      "return JSON.stringify([namespace, labels, unknownLabels, unknownPorts, hostNetwork]);",
    ],
    ["pods of two namespaces are taken for alike", "return JSON.stringify([namespace, labels,", "return JSON.stringify([labels,"],
  ),
];

/** Faults in who a selector, a peer or a port means. */
export const matchingFaults: readonly Fault[] = [...selecting, ...peers, ...ports];
