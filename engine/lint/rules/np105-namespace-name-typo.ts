import type { Evaluation } from "../../evaluation";
import { type ClusterPolicy, directions, isUnknown, type LabelSelector, type Location, type ObjectRef } from "../../model";
import type { PolicyRef, RuleRef } from "../../decision";
import { clusterPolicyRef } from "../../reasons";
import { closestName } from "../closest-name";
import { fieldOf, namedNamespaces, refOf, writtenRules } from "../policy-rules";
import { systemNamespaces } from "../probes";
import type { LintRule, RuleFinding } from "../rule";
import { placed, policyObject, quoted } from "../words";

export const np105NamespaceNameTypo: LintRule = {
  code: "NP105",
  name: "namespace-name-typo",
  title: "A selector asks by name for a namespace that is not there",
  severity: "warning",
  category: "correctness",
  seesUnread: true,
  check({ evaluation }) {
    const there = namespaceNames(evaluation);
    // A namespace whose name is not known may have the one that is asked for.
    if (evaluation.cluster.namespaces.some(({ name }) => isUnknown(name))) return [];
    return [...mentions(evaluation)].flatMap((mention) =>
      (namedNamespaces(mention.selector) ?? []).flatMap((name) => (there.has(name) ? [] : [finding(mention, name, there)])),
    );
  },
};

/** A selector of namespaces, with where it stands. */
interface Mention {
  readonly selector: LabelSelector;
  readonly subject: ObjectRef;
  readonly location?: Location;
  readonly field: string;
  readonly because: PolicyRef | RuleRef;
}

function namespaceNames({ cluster }: Evaluation): ReadonlySet<string> {
  const used = [...cluster.workloads, ...cluster.policies, ...cluster.services].map(({ namespace }) => namespace);
  const names = [...cluster.namespaces.map(({ name }) => name), ...used];
  return new Set([...systemNamespaces, ...names.filter((name): name is string => !isUnknown(name))]);
}

function* mentions(evaluation: Evaluation): Generator<Mention> {
  for (const written of writtenRules(evaluation)) {
    const { policy, rule } = written;
    for (const [peer, each] of rule.peers === "any" ? [] : rule.peers.entries()) {
      if (each.kind !== "pods" || each.namespaces === "own") continue;
      const field = `${fieldOf(written, { peer })}.namespaceSelector`;
      yield { selector: each.namespaces, subject: policyObject(policy), ...placed(policy), field, because: refOf(written, { peer }) };
    }
  }
  for (const policy of evaluation.cluster.clusterPolicies) yield* clusterMentions(policy);
}

function clusterMentions(policy: ClusterPolicy): readonly Mention[] {
  const place = { subject: policyObject(policy), ...placed(policy) };
  const inRules = directions.flatMap((direction) =>
    policy[direction].flatMap(({ peers }, index) =>
      peers.flatMap((each, peer): readonly Mention[] => {
        if (each.kind !== "pods") return [];
        const because = { policy: clusterPolicyRef(policy), direction, rule: index, peer };
        return [{ selector: each.namespaces, ...place, field: fieldOf({ direction, index }, { peer }), because }];
      }),
    ),
  );
  return [{ selector: policy.subject.namespaces, ...place, field: "spec.subject", because: clusterPolicyRef(policy) }, ...inRules];
}

/** `team-a` and `team-b`, or `shop1` and `shop2`, are two of a series, and not one name misspelt. */
function isNext(one: string, other: string): boolean {
  const stem = (name: string): string => name.replaceAll(/\d+|(?<=^|[^a-z])[a-z](?=$|[^a-z])/g, "#");
  return stem(one) === stem(other);
}

function finding({ subject, location, field, because }: Mention, name: string, there: ReadonlySet<string>): RuleFinding {
  const closest = closestName(
    name,
    [...there].sort().filter((other) => !isNext(name, other)),
  );
  return {
    subject,
    message:
      closest === undefined
        ? `the selector asks for namespace ${quoted(name)}, which is not in the input; in the cluster the input describes it matches nothing`
        : `the selector asks for namespace ${quoted(name)}, which is not there; ${quoted(closest)} is`,
    advice:
      closest === undefined
        ? `add the Namespace ${quoted(name)} to the input, or correct the name`
        : `write ${quoted(closest)}, if that is meant`,
    ...(location === undefined ? {} : { location }),
    field,
    because: [because],
    key: `${field.replaceAll(/\d+/g, "")} ${name}`,
    severity: closest === undefined ? "info" : "warning",
  };
}
