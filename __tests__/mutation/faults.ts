import { type Fault, inFile } from "./fault";
import { matchingFaults } from "./matching-faults";

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
export const faults: readonly Fault[] = [...matchingFaults, ...isolating, ...tiers, ...combining];
