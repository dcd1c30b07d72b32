import { type Evaluation, update } from "../evaluation";
import { type Namespace, unknown, type Workload } from "../model";
import { clusterDns } from "../synthesis/required-flow";
import { dnsWorkloads } from "../synthesis/intent";
import { nameLabel } from "./probes";

/** A cluster and the pods in it that answer for names. */
export interface DnsPods {
  /** The cluster of the input; where it holds no such pods, with one added, of which only the label is known that every installation gives it. */
  readonly evaluation: Evaluation;
  readonly dns: readonly Workload[];
}

const known = new WeakMap<Evaluation, DnsPods>();

/** The pods that answer for names, looked for when first asked for. */
export function dnsPodsOf(evaluation: Evaluation): DnsPods {
  const found = known.get(evaluation) ?? newDnsPods(evaluation);
  known.set(evaluation, found);
  return found;
}

// One more pod in a cluster of its own: beside many other probes, nothing that is worked out already would be carried over.
function newDnsPods(evaluation: Evaluation): DnsPods {
  const { cluster } = evaluation;
  const dns = dnsWorkloads(cluster, clusterDns);
  if (dns.length > 0) return { evaluation, dns };
  const hasNamespace = cluster.namespaces.some(({ name }) => name === clusterDns.namespace);
  const namespaces = hasNamespace ? cluster.namespaces : [...cluster.namespaces, kubeSystem];
  return { evaluation: update(evaluation, { ...cluster, namespaces, workloads: [...cluster.workloads, assumedDns] }), dns: [assumedDns] };
}

/** CoreDNS as clusters made with the usual tools run it: what else its pods and namespace are labelled with is not known. */
const assumedDns: Workload = {
  kind: "Deployment",
  namespace: clusterDns.namespace,
  name: "coredns",
  labels: clusterDns.pods,
  unknownLabels: unknown("the other labels of the cluster's DNS pods, which are not in the input"),
  ports: [
    { name: "dns", port: 53, protocol: "UDP" },
    { name: "dns-tcp", port: 53, protocol: "TCP" },
  ],
  hostNetwork: false,
};

const kubeSystem: Namespace = {
  name: clusterDns.namespace,
  labels: { [nameLabel]: clusterDns.namespace },
  unknownLabels: unknown(`the labels of namespace \`${clusterDns.namespace}\`, which is not in the input`),
};
