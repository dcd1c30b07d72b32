import { type InfrastructureResource, unknown } from "../model";
import { ResourceIndex } from "../aws-network/resource-index";
import { agreed } from "./cni-settings";
import { clusterNamed, withoutClusters } from "./deployed-cluster";
import type { ClusterEnforcement } from "./enforcement";
import { factsOf, isNamed } from "./facts";
import type { Obstacle } from "./obstacles";

/** The resources as they are for each cluster that the objects may be deployed to, without those of the others; one list where there is one. */
export function clusterByCluster(resources: readonly InfrastructureResource[]): readonly (readonly InfrastructureResource[])[] {
  const clusters = factsOf(resources).clusters.map(({ resource }) => resource);
  if (clusters.length < 2) return [resources];
  return clusters.map((cluster) =>
    withoutClusters(
      resources,
      clusters.filter((other) => other !== cluster),
    ),
  );
}

/**
 * What is so in whichever of several clusters the objects are: decided where all of them agree that policies are enforced, or that they are not;
 * undecided everywhere else.
 */
export function amongClusters(resources: readonly InfrastructureResource[], answers: readonly ClusterEnforcement[]): ClusterEnforcement {
  const facts = factsOf(resources);
  const [first, ...others] = answers as [ClusterEnforcement, ...ClusterEnforcement[]];
  const { state } = first.enforcement;
  const settings = others.reduce((common, each) => agreed(common, each.settings), first.settings);
  const common = {
    facts,
    engines: [...new Map(answers.flatMap(({ engines }) => engines).map((each) => [each.seenAs, each])).values()],
    uncovered: uncoveredAmong(answers),
  };
  const obstacles = distinct(answers.flatMap((each) => each.obstacles));
  const isAgreed = (state === "enforced" || state === "none") && others.every(({ enforcement }) => enforcement.state === state);
  const grounds = distinct(answers.flatMap(({ enforcement }) => enforcement.grounds));
  const policies = distinct(answers.flatMap(({ enforcement }) => enforcement.policies));
  if (isAgreed && strayAddons(resources).length === 0) return { ...common, settings, obstacles, enforcement: { state, grounds, policies } };
  const which = ambiguity(resources);
  return {
    ...common,
    settings: { ...settings, enabled: unknown(which.message) },
    obstacles: [which, ...obstacles.map((each): Obstacle => (each.reach === "none" ? { ...each, reach: "undecided" } : each))],
    enforcement: {
      state: "undecided",
      grounds: [
        { message: which.message, code: which.code, ...(which.location === undefined ? {} : { location: which.location }) },
        ...grounds,
      ],
      policies,
    },
  };
}

/** Workloads that are not covered in any of the clusters; perhaps not, where they are in another. */
function uncoveredAmong(answers: readonly ClusterEnforcement[]): ClusterEnforcement["uncovered"] {
  const all = answers.flatMap(({ uncovered }) => uncovered);
  return [...new Map(all.map((each) => [each.workload, each])).values()].map((each) => {
    const isEverywhere = answers.every(({ uncovered }) => uncovered.some((other) => other.workload === each.workload));
    return isEverywhere ? each : { ...each, isEnforced: "maybe" };
  });
}

/** Add-ons of which nothing tells the cluster: they may enforce in any. */
function strayAddons(resources: readonly InfrastructureResource[]): readonly InfrastructureResource[] {
  const index = new ResourceIndex(resources);
  return index.ofType(["aws_eks_addon"]).filter((each) => isNamed("vpc-cni")(each) && clusterNamed(each, index) === undefined);
}

function ambiguity(resources: readonly InfrastructureResource[]): Obstacle {
  const clusters = factsOf(resources).clusters.map(({ resource }) => resource);
  const [first] = clusters as [InfrastructureResource];
  const names = clusters.map(({ address }) => `\`${address}\``);
  return {
    reach: "undecided",
    code: "VPC001",
    subject: { kind: first.type, name: first.address },
    location: first.location,
    message: `nothing tells which of the EKS clusters ${names.slice(0, -1).join(", ")} and ${names.at(-1) ?? ""} the objects are deployed to, and they differ`,
    advice: "give the provider of Kubernetes the cluster's `endpoint` as its `host`, or pass the inputs of one cluster only",
  };
}

const distinct = <T>(list: readonly T[]): readonly T[] => [...new Map(list.map((each) => [JSON.stringify(each), each])).values()];
