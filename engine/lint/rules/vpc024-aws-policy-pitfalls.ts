import { clusterOfResource, isClusterSince } from "../../enforcement/facts";
import type { ApplicationPolicy, AwsClusterPolicy, AwsClusterRule, Location, Value } from "../../model";
import { isUnknown, type ObjectRef, shown } from "../../model";
import { selects } from "../../selector";
import { compareVersions } from "../../vpc-cni/settings";
import { isSince, releases } from "../../vpc-cni/versions";
import { type CniContext, cniContext } from "../cni-context";
import { aboutVpcCni } from "../cni-findings";
import type { LintContext, LintRule, RuleFinding, Severity } from "../rule";
import { placed, quoted } from "../words";
import { entriesAt, valueAt, writtenObjects } from "../written-objects";

export const vpc024AwsPolicyPitfalls: LintRule = {
  ...aboutVpcCni,
  code: "VPC024",
  name: "aws-policy-pitfalls",
  title: "A policy of `networking.k8s.aws` means something else than it says, or nothing, on this cluster",
  severity: "error",
  check(context) {
    const cni = cniContext(context);
    if (cni === undefined) return [];
    const { awsClusterPolicies = [], applicationPolicies = [] } = context.evaluation.cluster;
    return [
      ...awsClusterPolicies.flatMap((policy) =>
        findings(policy, clusterObject(policy), [...ofPlatform(cni), ...ofCluster(context, cni, policy)]),
      ),
      ...applicationPolicies.flatMap((policy) =>
        findings(policy, applicationObject(policy), [...ofPlatform(cni), ...ofApplication(context, cni, policy)]),
      ),
    ];
  },
};

/** One thing that is wrong with a policy. */
interface Pitfall {
  readonly key: string;
  readonly message: string;
  readonly advice: string;
  readonly field?: string;
  readonly severity?: Severity;
}

const clusterObject = ({ name }: AwsClusterPolicy): ObjectRef => ({ kind: "ClusterNetworkPolicy", name: shown(name) });
const applicationObject = ({ namespace, name }: ApplicationPolicy): ObjectRef => ({
  kind: "ApplicationNetworkPolicy",
  namespace: shown(namespace),
  name: shown(name),
});

const findings = (policy: { readonly location?: Location }, subject: ObjectRef, pitfalls: readonly Pitfall[]): readonly RuleFinding[] =>
  pitfalls.map((pitfall) => ({ subject, ...placed(policy), because: [], ...pitfall }));

/** What the cluster or the add-on is too old for. */
function ofPlatform({ facts, settings }: CniContext): readonly Pitfall[] {
  const { version, nodes } = settings;
  if (nodes.autoMode !== false) return [];
  const clusters = facts.addons.flatMap((addon) => clusterOfResource(facts, addon.resource) ?? []);
  const isWithdrawn = !isUnknown(version) && compareVersions(version, [1, 21, 0]) === 0;
  return [
    ...(clusters.some((cluster) => isClusterSince(cluster, 29) === false)
      ? [
          {
            key: "cluster version",
            message: "the cluster is older than 1.29, where nothing reads this kind",
            advice: "upgrade the cluster",
          },
        ]
      : []),
    ...(isSince(settings, releases.clusterPolicies) === "no" || isWithdrawn
      ? [
          {
            key: "add-on version",
            message: "the add-on is older than v1.21.1, the first release that enforces this kind",
            advice: "set `addon_version` to v1.21.1 or later",
          },
        ]
      : []),
  ];
}

function ofCluster({ evaluation }: LintContext, { settings }: CniContext, policy: AwsClusterPolicy): readonly Pitfall[] {
  const { namespaces } = evaluation.cluster;
  const actions = new Set([...policy.ingress, ...policy.egress].flatMap(({ action }) => (isUnknown(action) ? [] : [action])));
  return [
    ...(actions.size < 2 ? [] : [mixedActions([...actions])]),
    ...(settings.nodes.autoMode === false ? domainPitfalls(policy.egress.map(({ peers }) => peers)) : []),
    ...policy.ingress.flatMap((rule, index) => (isDropped(rule, namespaces) ? [droppedRule(index)] : [])),
    ...(["ingress", "egress"] as const).flatMap((direction) =>
      policy[direction].flatMap(({ ports }, index) =>
        ports !== "any" && ports.some(({ kind }) => kind === "named") ? [namedPort(direction, index)] : [],
      ),
    ),
  ];
}

const mixedActions = (actions: readonly string[]): Pitfall => ({
  key: "mixed actions",
  severity: "warning",
  message: `its rules have different actions (${actions.join(", ")}), and within one policy their order counts for nothing: Deny comes before Accept, Accept before Pass`,
  advice: "write one policy for each action, with priorities that say which comes first",
});

const isDropped = ({ peers: [first] }: AwsClusterRule, namespaces: LintContext["evaluation"]["cluster"]["namespaces"]): boolean =>
  first?.kind === "pods" &&
  namespaces.length > 0 &&
  namespaces.every(({ labels, unknownLabels }) => selects(first.namespaces, labels, unknownLabels) === "no");

const droppedRule = (index: number): Pitfall => ({
  key: "first peer",
  field: `spec.ingress[${String(index)}].from[0]`,
  message: "the first entry of `from` matches no namespace, and the controller then drops the whole rule, the other entries included",
  advice: "put an entry first that matches, or take this one out",
});

const namedPort = (direction: string, index: number): Pitfall => ({
  key: `named port ${direction}`,
  field: `spec.${direction}[${String(index)}].ports`,
  message: "a `namedPort` stops controllers before v1.1.9; EKS chooses the controller, and nobody can pin it",
  advice: "write the port by its number",
});

/** Domain names in `to`; only the agent of EKS Auto Mode reads them. */
function domainPitfalls(rules: readonly (readonly { readonly kind: string }[] | "any")[]): readonly Pitfall[] {
  return rules.flatMap((peers, index) =>
    peers !== "any" && peers.some(({ kind }) => kind === "domainNames")
      ? [
          {
            key: "domain names",
            field: `spec.egress[${String(index)}].to`,
            message: "`domainNames` is read by the agent of EKS Auto Mode only: on these nodes the peer allows nothing",
            advice: "name the addresses by a block, or run the pods on Auto Mode nodes",
          },
        ]
      : [],
  );
}

function ofApplication(context: LintContext, { settings }: CniContext, policy: ApplicationPolicy): readonly Pitfall[] {
  const { policies } = context.evaluation.cluster;
  const { directions, egress } = policy;
  return [
    ...(!isUnknown(directions) && directions.length === 0 ? [noDirections] : []),
    ...egress.flatMap(({ peers }, index) => (peers === "any" ? [emptyTo(index)] : [])),
    ...(settings.nodes.autoMode === false ? domainPitfalls(egress.map(({ peers }) => peers)) : []),
    ...(policies.some((other) => isNamedLike(other, policy)) ? [sameName] : []),
    ...withoutProtocol(context, policy),
  ];
}

const isNamedLike = (
  one: { readonly namespace: Value<string>; readonly name: Value<string> },
  other: { readonly namespace: Value<string>; readonly name: Value<string> },
): boolean => !isUnknown(one.name) && one.name === other.name && one.namespace === other.namespace;

const noDirections: Pitfall = {
  key: "policy types",
  field: "spec.policyTypes",
  message: "nothing fills in `policyTypes` for this kind: without them the policy isolates nothing",
  advice: "write `policyTypes`",
};

const emptyTo = (index: number): Pitfall => ({
  key: "empty to",
  field: `spec.egress[${String(index)}].to`,
  message:
    "an egress rule without `to` allows nothing with the controllers it was tried with, and not everything, as the kind's description says",
  advice: "name the destinations, such as `0.0.0.0/0` by a block",
});

const sameName: Pitfall = {
  key: "same name",
  message:
    "a NetworkPolicy of the same namespace has the same name: the controller keeps both in one place, where they overwrite each other",
  advice: "give one of them another name",
};

function withoutProtocol(context: LintContext, { namespace, name }: ApplicationPolicy): readonly Pitfall[] {
  const written = writtenObjects(context, "ApplicationNetworkPolicy").find(({ ref }) => ref.namespace === namespace && ref.name === name);
  return (["ingress", "egress"] as const).flatMap((direction) =>
    entriesAt(written?.object, "spec", direction).flatMap((rule, at) =>
      entriesAt(rule, "ports").flatMap((port, index) =>
        valueAt(port, "protocol") === undefined
          ? [
              {
                key: `protocol ${direction}`,
                field: `spec.${direction}[${String(at)}].ports[${String(index)}]`,
                message: `a port without ${quoted("protocol")} stops controllers before v1.1.9, which nobody can pin; nothing fills it in for this kind`,
                advice: "write `protocol`, also where it is TCP",
              },
            ]
          : [],
      ),
    ),
  );
}
