/** Random clusters: small, fully known, and dense enough that most policies matter to some pair. */
import fc from "fast-check";
import { unknown } from "../../engine/model";
import type { Cluster, ContainerPort, Namespace, Node, Pod, Workload } from "../../engine/model";
import { anyLabels, anyPortName, anyPortNumber, anyProtocol, nameLabel } from "./alphabet";
import type { Features } from "./alphabet";
import { nodeAddress, podAddress } from "./network";
import { anyClusterPolicies, anyPolicy } from "./policy";

/** What is drawn for one workload, before names and addresses are dealt out. */
interface Draft {
  readonly kind: Workload["kind"];
  readonly labels: Workload["labels"];
  readonly ports: readonly ContainerPort[];
  readonly hostNetwork: boolean;
  readonly pods: readonly { readonly families: "none" | "v4" | "v6" | "both"; readonly node: number }[];
}

const anyContainerPort: fc.Arbitrary<ContainerPort> = fc
  .record({ name: fc.option(anyPortName, { nil: undefined }), port: anyPortNumber, protocol: anyProtocol, sidecar: fc.boolean() })
  .map(({ name, port, protocol, sidecar }) => ({
    port,
    protocol,
    ...(name === undefined ? {} : { name }),
    ...(sidecar ? { sidecar: true as const } : {}),
  }));

const anyPodDraft = fc.record({ families: fc.constantFrom("v4", "v4", "both", "v6", "none"), node: fc.nat() });

const anyDraft = ({ hostNetwork = false }: Features): fc.Arbitrary<Draft> =>
  fc.record({
    kind: fc.constantFrom("Deployment", "Pod", "StatefulSet", "DaemonSet", "Job"),
    labels: anyLabels,
    ports: fc.array(anyContainerPort, { maxLength: 3 }),
    hostNetwork: hostNetwork ? fc.nat(4).map((n) => n === 4) : fc.constant(false),
    pods: fc.array(anyPodDraft, { maxLength: 2 }),
  });

const anyNodes: fc.Arbitrary<readonly Node[]> = fc
  .array(fc.record({ labels: anyLabels, both: fc.boolean() }), { maxLength: 2 })
  .map((drafts) =>
    drafts.map(({ labels, both }, n) => ({
      name: `node${n}`,
      labels,
      addresses: [nodeAddress.v4(n), ...(both ? [nodeAddress.v6(n)] : [])],
    })),
  );

const anyNamespace = (features: Features) =>
  fc.record({ labels: anyLabels, workloads: fc.array(anyDraft(features), { minLength: 1, maxLength: 6 }) });

/** A cluster of 2 to 4 namespaces with 1 to 6 workloads each, and up to eight NetworkPolicies. */
export function anyCluster(features: Features = {}): fc.Arbitrary<Cluster> {
  return fc
    .record({
      nodes: anyNodes,
      isEveryNodeListed: fc.boolean(),
      namespaces: fc.array(anyNamespace(features), { minLength: 2, maxLength: 4 }),
      policies: fc.array(anyPolicy, { maxLength: 8 }),
      clusterPolicies: features.tiers === true ? anyClusterPolicies : fc.constant([]),
    })
    .map(({ nodes, isEveryNodeListed, namespaces: drafts, policies, clusterPolicies }) => {
      const namespaces = drafts.map(({ labels }, n): Namespace => ({ name: `ns${n}`, labels: { ...labels, [nameLabel]: `ns${n}` } }));
      return {
        namespaces,
        workloads: deal(
          drafts.flatMap(({ workloads }, n) => workloads.map((draft) => ({ namespace: `ns${n}`, draft }))),
          nodes,
        ),
        policies: policies.map(({ namespace, policy }, n) => ({
          ...policy,
          namespace: `ns${namespace % namespaces.length}`,
          name: `np${n}`,
        })),
        clusterPolicies: clusterPolicies.map((policy, n) => ({ ...policy, name: `cp${n}` })),
        services: [],
        nodes,
        ...(isEveryNodeListed ? {} : { unknownNodes: unknown("more nodes") }),
      };
    });
}

/** Gives every workload a name of its own and every pod addresses of its own. */
function deal(drafts: readonly { readonly namespace: string; readonly draft: Draft }[], nodes: readonly Node[]): readonly Workload[] {
  let dealt = 0;
  return drafts.map(({ namespace, draft }, n) => {
    const { pods: wanted, ...rest } = draft;
    const name = `w${n}`;
    const pods = (draft.kind === "Pod" ? wanted.slice(0, 1) : wanted).map((pod, replica): Pod => {
      const node = nodes[pod.node % Math.max(nodes.length, 1)];
      const ips = draft.hostNetwork ? (node?.addresses ?? []) : addresses(pod.families, dealt++);
      return { name: draft.kind === "Pod" ? name : `${name}-${replica}`, ips, ...(node === undefined ? {} : { node: node.name }) };
    });
    return { ...rest, namespace, name, ...(pods.length === 0 ? {} : { pods, replicas: pods.length }) };
  });
}

function addresses(families: Draft["pods"][number]["families"], n: number): readonly string[] {
  return [
    ...(families === "v4" || families === "both" ? [podAddress.v4(n)] : []),
    ...(families === "v6" || families === "both" ? [podAddress.v6(n)] : []),
  ];
}
