/** One deliberate mistake in the code that decides. */
export interface Fault {
  /** The file, from the root of the project. */
  readonly file: string;
  /** Text that is in the file exactly once. */
  readonly from: string;
  readonly to: string;
  /** What the engine gets wrong with it. */
  readonly why: string;
}

const inFile = (file: string, ...faults: readonly (readonly [why: string, from: string, to: string])[]): readonly Fault[] =>
  faults.map(([why, from, to]) => ({ file, from, to, why }));

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

const isolating: readonly Fault[] = [
  ...inFile(
    "engine/matching/applied-policies.ts",
    ["a policy isolates in directions it does not have", "of directions.filter((each) => appliesIn(sort, policy, each))", "of directions"],
    [
      "a policy whose directions are not known isolates for certain",
      'const isUncertain = "unknownDirections" in policy;',
      "const isUncertain = false;",
    ],
    [
      "only the certain subjects of a policy are subjects",
      "only === undefined ? possible.members() :",
      "only === undefined ? certain.members() :",
    ],
  ),
  ...inFile(
    "engine/rows/rows.ts",
    ["a pod that is isolated is open", 'policies.length === 0 ? "no" : policies.some', 'policies.length <= 1 ? "no" : policies.some'],
    ["perhaps isolated counts as isolated", 'policies.some(({ isCertain }) => isCertain) ? "yes" : "maybe"', '"yes"'],
    ["a rule that may not exist counts", ".filter(({ isUncertain }) => !isUncertain);", ";"],
    [
      "policies that may apply allow for certain",
      "if (certainPolicies.length > 0) return { certain: this.allowedCertainly(certainPolicies), possible };",
      "return { certain: this.allowedCertainly(policies), possible };",
    ],
    [
      "only the last rule counts",
      "({ where: where.possible, to: (so) => this.table.union(so, connections.possible) })",
      "({ where: where.possible, to: () => connections.possible })",
    ],
    [
      "a named port is opened to everyone",
      "({ where: within(where, resolved.where), connections: resolved })",
      "({ where: exactly(resolved.where), connections: resolved })",
    ],
    [
      "without peers a rule matches pods only",
      "rule.peers === undefined ? exactly(this.universe.all)",
      "rule.peers === undefined ? exactly(this.universe.allPods)",
    ],
    ["what a name stands for is kept for the next pod", "rule.ports.names.length === 0 ? this.memory : this.named", "this.memory"],
  ),
  ...inFile(
    "engine/rows/signatures.ts",
    ["pods with other meanings of a name share a row", 'direction === "ingress" ? this.meaningOfNames(own, wide, group) : ""', '""'],
    ["pods whose policies apply perhaps share rows with those whose apply", '${isCertain ? "" : "?"}', ""],
  ),
  ...inFile("engine/interpretation.ts", [
    "for egress a name is looked up on the source",
    'return direction === "ingress"\n      ?',
    "return true\n      ?",
  ]),
];

const tiers: readonly Fault[] = [
  ...inFile(
    "engine/rows/rows.ts",
    ["the highest priority number is read first", ".sort(([a], [b]) => a - b)", ".sort(([a], [b]) => b - a)"],
    [
      "of two policies of one priority the first is read first",
      "this.stages.eitherFirst(a, b)), first);",
      "this.stages.inOrder(a, b)), first);",
    ],
    [
      "a priority that is not known is read like any other",
      "if (policies.some(({ priority }) => isUnknown(priority))) return [policies];",
      "",
    ],
    [
      "a cluster-wide rule that may match matches",
      "const perhaps = { certain: this.table.none, possible: connections.possible };",
      "const perhaps = connections;",
    ],
  ),
  ...inFile(
    "engine/rows/stages.ts",
    ["a later rule overrules an earlier one", "const taken = intersect(open, possible);", "const taken = possible;"],
    ["a rule leaves what it decided open", "open: subtract(open, certain),", "open,"],
    ["an unknown action is taken for none", "isUnknown(action) || action === each", "action === each"],
    ["of two policies the second decides what the first has decided", "union(mine, intersect(a.open, others))", "union(mine, others)"],
    ["Pass skips NetworkPolicy", "const toNetworkPolicy = union(admin.passed, admin.open);", "const toNetworkPolicy = admin.open;"],
    [
      "Baseline speaks for isolated pods too",
      'const toBaseline = isolated === "yes" ? table.none : toNetworkPolicy;',
      "const toBaseline = toNetworkPolicy;",
    ],
    [
      "Baseline's Pass denies",
      "union(baseline.accepted, union(baseline.passed, baseline.open))",
      "union(baseline.accepted, baseline.open)",
    ],
    [
      "the Admin tier cannot deny",
      "union(admin.denied, union(intersect(toNetworkPolicy, denies)",
      "union(table.none, union(intersect(toNetworkPolicy, denies)",
    ],
    ["NetworkPolicy overrules an Accept of the Admin tier", "possible: union(admin.accepted, union(", "possible: union(table.none, union("],
  ),
  ...inFile(
    "engine/matching/rule-matching.ts",
    [
      "a peer of a newer API is passed over",
      'if (rule.peers.some(({ kind }) => kind === "unsupported")) return failClosed(rule.action, peers, ports);',
      "",
    ],
    [
      "a Pass with a peer of a newer API passes",
      'isUncertain: isUnknown(action), action: "Deny"',
      "isUncertain: isUnknown(action), action",
    ],
    ["a rule that may not exist is taken to exist", "isUncertain: rule.unknown !== undefined,", "isUncertain: false,"],
  ),
];

const combining: readonly Fault[] = [
  ...inFile(
    "engine/exemption.ts",
    ["replicas are taken for one pod", 'return hasOnePod(from) ? "yes" : mayHaveOnePod(from) ? "maybe" : "no";', 'return "yes";'],
    [
      "replicas whose number is not known are taken for two",
      'return hasOnePod(from) ? "yes" : mayHaveOnePod(from) ? "maybe" : "no";',
      'return hasOnePod(from) ? "yes" : "no";',
    ],
    ["a pod can be kept from itself", 'if (from !== to) return "no";', 'return "no";'],
    ["every node is the pod's own", "exactly(byName.get(node) ?? IpSet.none)", "exactly(all)"],
    [
      "a pod whose node is not known has none",
      "node === undefined ? { certain: IpSet.none, possible: all }",
      "node === undefined ? exactly(IpSet.none)",
    ],
  ),
  ...inFile(
    "engine/verdict.ts",
    [
      "one end is enough",
      'egress === "denied" || ingress === "denied" ? "denied"',
      'egress === "denied" && ingress === "denied" ? "denied"',
    ],
    [
      "where readings differ, the first one counts",
      'return { outcome: "undecided", egress: merge("egress"), ingress: merge("ingress") };',
      "return first;",
    ],
    [
      "an address outside is judged like the pod",
      'if (end.group === undefined) return { ...exempt(direction), decidedBy: "outside" };',
      'if (end.group === undefined) return { ...exempt(direction), outcome: "denied" };',
    ],
  ),
  ...inFile(
    "engine/rows/between.ts",
    [
      "the map of pairs looks at egress only",
      "possible: table.intersect(egress.possible, ingress.possible),",
      "possible: egress.possible,",
    ],
    [
      "the map of pairs takes the first pod for all",
      "answers.reduce((all, { certain }) => table.intersect(all, certain), table.all)",
      "answers[0]?.certain ?? table.all",
    ],
  ),
  ...inFile("engine/evaluation.ts", ["a family one end does not have counts", "families.includes(reading.family));", "true);"]),
  ...inFile(
    "engine/sets/index-set.ts",
    ["the last pods of a universe are lost", "2 ** (universe % 32) - 1", "2 ** (universe % 32 - 1) - 1"],
    ["a member below the middle of a list is missed", "else high = middle - 1;", "else high = middle - 2;"],
    ["members are merged twice", "if (y <= x) j++;", "if (y < x) j++;"],
  ),
  ...inFile(
    "engine/rows/partition.ts",
    [
      "two rows are put together with the wrong one's rest",
      "if (mine < others) list.add(mine, combined(aValues[i++] as number, other.rest));",
      "if (mine < others) list.add(mine, combined(aValues[i++] as number, this.rest));",
    ],
    ["a change of every member leaves the rest as it was", "this.rest = changed(this.rest);\n      return;", "return;"],
  ),
];

/** Every fault the suite must notice. */
export const faults: readonly Fault[] = [...selecting, ...peers, ...ports, ...isolating, ...tiers, ...combining];
