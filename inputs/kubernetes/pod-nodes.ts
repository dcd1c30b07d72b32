/** Nodes that only the pods on them speak of: an input of pods says where they run, by `spec.nodeName` and the `hostIP` of their status. */
import { type Node, unknown } from "../../engine/model";
import type { PodObject } from "./pods";

/** Pods with their nodes, as far as they are known. */
interface Placed {
  readonly pods: readonly PodObject[];
  /** Nodes that are not among the Node objects. Nothing is known of their labels. */
  readonly nodes: readonly Node[];
}

/**
 * Gives each pod the name of its node, and each node without a Node object the addresses that its pods say it has. A pod that tells only an
 * address runs on the node with that address; where no Node object has it, the address is the name.
 */
export function placePods(pods: readonly PodObject[], nodes: readonly Node[]): Placed {
  const listed = new Set(nodes.map(({ name }) => name));
  const byAddress = new Map(nodes.flatMap(({ name, addresses }) => addresses.map((address) => [address, name] as const)));
  const found = new Map<string, Set<string>>();
  const placed = pods.map((object): PodObject => {
    const { pod, hostAddresses } = object;
    const [address] = hostAddresses;
    if (pod === undefined || address === undefined) return object;
    const node = pod.node ?? byAddress.get(address) ?? address;
    const addresses = found.get(node) ?? new Set<string>();
    if (!listed.has(node)) found.set(node, addresses);
    for (const each of hostAddresses) addresses.add(each);
    return { ...object, pod: { ...pod, node } };
  });
  return { pods: placed, nodes: [...found].map(([name, addresses]) => nodeOf(name, [...addresses])) };
}

const nodeOf = (name: string, addresses: readonly string[]): Node => ({
  name,
  labels: {},
  unknownLabels: unknown(`the labels of node \`${name}\`, which is not in the input`),
  addresses,
});
