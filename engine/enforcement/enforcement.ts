import { isUnknown, type NetworkPolicy, type ObjectRef, shown } from "../model";
import type { Evaluation } from "../evaluation";
import type { LintContext } from "../lint/rule";
import { nameOf, policyObject } from "../lint/words";
import type { Enforcement } from "../report/parts";
import { assumedCniSettings, type CniSettings } from "../vpc-cni/settings";
import { amongClusters, clusterByCluster } from "./among-clusters";
import { cniSettings } from "./cni-settings";
import { type UncoveredWorkload, uncoveredWorkloads } from "./covered-workloads";
import { enforcedElsewhere } from "./elsewhere";
import { factsOf, type InfrastructureFacts } from "./facts";
import { type Obstacle, obstaclesOf } from "./obstacles";
import { type OtherEngine, otherEngines } from "./other-engines";
import { unreadPolicies } from "./unread-policies";

/** What is needed to say whether policies are enforced: the resources, the cluster, and its objects as they were written. */
export type EnforcementInput = Pick<LintContext, "evaluation" | "infrastructure" | "objects" | "defaultNamespace">;

/** Whether and how an EKS cluster enforces its policies. */
export interface ClusterEnforcement {
  /** For reports. */
  readonly enforcement: Enforcement;
  /** For the evaluator of the VPC CNI. */
  readonly settings: CniSettings;
  /** What was read; absent when the input shows no EKS cluster. */
  readonly facts?: InfrastructureFacts;
  readonly obstacles: readonly Obstacle[];
  readonly uncovered: readonly UncoveredWorkload[];
  readonly engines: readonly OtherEngine[];
}

type Ground = Enforcement["grounds"][number];

/**
 * Reads from the infrastructure whether NetworkPolicies are enforced, and how. Values that are not known leave it undecided, and so do several
 * clusters that differ (`resourcesOfCluster` leaves only the one that is meant, where that is said).
 */
export function enforcementOf(input: EnforcementInput): ClusterEnforcement {
  const { infrastructure = [] } = input;
  const each = clusterByCluster(infrastructure);
  if (each.length < 2) return ofOneCluster(input);
  return amongClusters(
    infrastructure,
    each.map((resources) => ofOneCluster({ ...input, infrastructure: resources })),
  );
}

function ofOneCluster(input: EnforcementInput): ClusterEnforcement {
  const { evaluation, infrastructure = [] } = input;
  const facts = factsOf(infrastructure);
  if (facts.addons.length + facts.clusters.length + facts.nodeGroups.length === 0) return notShown(evaluation);
  const context: LintContext = { ...input, changes: [] };
  const elsewhere = facts.addons.length === 0 ? enforcedElsewhere(facts, context) : undefined;
  const read = cniSettings(facts, context);
  const settings = elsewhere === undefined ? read : { ...read, enabled: elsewhere.enabled };
  const engines = otherEngines(infrastructure, evaluation.cluster.workloads);
  // Where nothing is enforced at all, these policies are among the rest.
  const unread = settings.enabled === false ? [] : unreadPolicies(evaluation.cluster, engines);
  const obstacles = [...obstaclesOf(facts, settings, elsewhere, engines), ...unread];
  const uncovered = settings.enabled === false ? [] : uncoveredWorkloads(evaluation, settings);
  return { enforcement: stated(evaluation, facts, settings, obstacles, uncovered), settings, facts, obstacles, uncovered, engines };
}

const notShown = ({ cluster }: Evaluation): ClusterEnforcement => ({
  enforcement: {
    state: "unknown",
    grounds: [{ message: "the input holds no EKS cluster: add its stack, plan or state to the inputs" }],
    policies: cluster.policies.map(policyObject),
  },
  settings: assumedCniSettings,
  obstacles: [],
  uncovered: [],
  engines: [],
});

/** Most important first: what switches everything off, what may, what leaves pods out. */
const reaches = ["none", "undecided", "partly"] as const;

function stated(
  { cluster }: Evaluation,
  facts: InfrastructureFacts,
  settings: CniSettings,
  obstacles: readonly Obstacle[],
  uncovered: readonly UncoveredWorkload[],
): Enforcement {
  const sorted = reaches.flatMap((reach) => obstacles.filter((each) => each.reach === reach));
  const grounds = [...sorted.map(groundOf), ...uncovered.map(uncoveredGround)];
  const worst = sorted[0]?.reach ?? (uncovered.length === 0 ? "enforced" : "partly");
  if (worst === "enforced")
    return { state: "enforced", grounds: facts.addons.map((addon) => enforcingGround(addon, settings)), policies: [] };
  const named = obstacles.flatMap(({ policies = [] }) => policies);
  const isAll = worst !== "partly" || obstacles.some(({ policies }) => policies === undefined);
  return { state: worst, grounds, policies: [...named, ...(isAll ? cluster.policies.map(policyObject) : concerned(uncovered))] };
}

const groundOf = ({ message, code, location }: Obstacle): Ground => ({ message, code, ...(location === undefined ? {} : { location }) });

function uncoveredGround({ workload, policies, because, isEnforced }: UncoveredWorkload): Ground {
  const where = because.includes("L-06") ? "on the host network" : "on Fargate or a Windows node";
  const verb = isEnforced === "no" ? "runs" : "may run";
  return {
    message: `${workload.kind} ${nameOf(workload)} ${verb} ${where}, where ${policies.length === 1 ? "the policy that selects it is" : `the ${String(policies.length)} policies that select it are`} not enforced`,
    code: because.includes("L-06") ? "VPC015" : "VPC002",
    ...(workload.location === undefined ? {} : { location: workload.location }),
  };
}

function enforcingGround({ resource, versionText }: InfrastructureFacts["addons"][number], { mode }: CniSettings): Ground {
  const version = versionText === undefined ? "in a version that is known only after apply" : `\`${versionText}\``;
  const how = isUnknown(mode) ? "in a mode that is not known" : `in ${mode} mode`;
  return { message: `the vpc-cni add-on, ${version}, enforces ${how}`, location: resource.location };
}

/** The policies of workloads that are not covered, and those workloads. */
function concerned(uncovered: readonly UncoveredWorkload[]): readonly ObjectRef[] {
  const policies = new Set<NetworkPolicy>(uncovered.flatMap((each) => each.policies));
  const workloads = uncovered.map(({ workload: { kind, namespace, name } }) => ({ kind, namespace: shown(namespace), name: shown(name) }));
  return [...[...policies].map(policyObject), ...workloads];
}
