import { type Cluster, type Endpoint, type Pod, type Service, shown, type Workload } from "../../engine/model";
import { toCluster } from "../../inputs/kubernetes";
import type { JsonObject, LocatedObject } from "../../inputs/objects";
import type { ClusterObjects, LabelChange } from "./case-file";

interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>> | null;
}

/** Applies label changes to the objects of a case; the given objects stay as they are. A change of an object that is not there is an Error. */
export function changeLabels(objects: ClusterObjects, changes: readonly LabelChange[]): ClusterObjects {
  return changes.reduce((so, change) => {
    const list = change.kind === "Namespace" ? "namespaces" : "pods";
    const before = so[list] ?? [];
    if (!before.some((object) => isMeant(object, change)))
      throw new Error(`the case changes ${change.kind} ${change.name}, which it does not have`);
    return { ...so, [list]: before.map((object) => (isMeant(object, change) ? withLabels(object, change) : object)) };
  }, objects);
}

const metadataOf = (object: JsonObject): Metadata => object.metadata as unknown as Metadata;

const isMeant = (object: JsonObject, { name, namespace, kind }: LabelChange): boolean =>
  metadataOf(object).name === name && (kind === "Namespace" || metadataOf(object).namespace === namespace);

function withLabels(object: JsonObject, { kind, name, mergeLabels, replaceLabels, removeLabels = [] }: LabelChange): JsonObject {
  const labels = { ...(replaceLabels ?? metadataOf(object).labels ?? {}), ...mergeLabels };
  const kept = Object.entries(labels).filter(([key]) => !removeLabels.includes(key));
  // The API server sets this label itself, whatever is taken away.
  const own: Record<string, string> = kind === "Namespace" ? { "kubernetes.io/metadata.name": name } : {};
  return { ...object, metadata: { ...(object.metadata as JsonObject), labels: { ...Object.fromEntries(kept), ...own } } };
}

/** The objects of a case as a cluster. A problem of severity error is thrown: the collection holds none by intent. */
export function clusterOf(objects: ClusterObjects, policies: readonly JsonObject[]): Cluster {
  const all = [objects.namespaces, objects.nodes, objects.pods, objects.services, objects.workloads, policies].flatMap(
    (list) => list ?? [],
  );
  const located = all.map((object): LocatedObject => ({ object, location: {} }));
  const { value, problems } = toCluster(located, { tolerant: true });
  const errors = problems.filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new Error(errors.map(({ message, field }) => `${field ?? ""} ${message}`).join("; "));
  // The cluster of a case is complete: without a Node there is none.
  const { unknownNodes: _unknownNodes, ...complete } = value;
  return complete;
}

/** Finds what a reference of a case names. */
export class References {
  private readonly byName = new Map<string, Endpoint>();

  constructor(private readonly cluster: Cluster) {
    for (const workload of cluster.workloads) {
      this.byName.set(workloadReference(workload), { kind: "workload", workload });
      for (const pod of workload.pods ?? []) this.byName.set(podReference(workload, pod), { kind: "workload", workload, pod });
    }
  }

  endpoint(reference: string): Endpoint {
    if (reference.startsWith("ip:")) return { kind: "address", address: reference.slice("ip:".length) };
    const endpoint = this.byName.get(reference);
    if (endpoint === undefined) throw new Error(`the case names \`${reference}\`, which is not in its cluster`);
    return endpoint;
  }

  service(reference: string): Service {
    const found = this.cluster.services.find(({ namespace, name }) => reference === `svc:${shown(namespace)}/${shown(name)}`);
    if (found === undefined) throw new Error(`the case names \`${reference}\`, which is not in its cluster`);
    return found;
  }

  /** Every pod of the cluster, in the order of the objects. */
  pods(): readonly string[] {
    return [...this.byName].filter(([, endpoint]) => endpoint.kind === "workload" && endpoint.pod !== undefined).map(([name]) => name);
  }
}

const workloadReference = ({ namespace, kind, name }: Workload): string => `${shown(namespace)}/${kind}/${shown(name)}`;
const podReference = ({ namespace }: Workload, { name }: Pod): string => `${shown(namespace)}/${name}`;
