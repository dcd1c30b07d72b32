import type { Match } from "../matching/pod-index";
import { PodIndex } from "../matching/pod-index";
import { Universe } from "../matching/universe";
import type { Cluster, Labels, NetworkPolicy, Peer, Service, Workload } from "../model";
import type { Ternary } from "../selector";
import type { IndexSet } from "../sets/index-set";

/**
 * Which Services a peer's selectors match, by the labels each Service itself asks for. Services take the place of pods here, so that selectors
 * are looked up and not tried.
 */
export class ServicePeers {
  private readonly universe: Universe;
  private readonly index: PodIndex;
  private readonly standIns: ReadonlyMap<Service, Workload>;
  private readonly services = new Map<Workload, Service>();

  /** Only Services with an address of their own are there. */
  constructor(cluster: Cluster) {
    const listed = cluster.services.filter(hasAddress);
    this.standIns = new Map(listed.map((service) => [service, standInFor(service)]));
    for (const [service, workload] of this.standIns) this.services.set(workload, service);
    const town: Cluster = { ...cluster, workloads: [...this.standIns.values()] };
    this.universe = new Universe(town);
    this.index = new PodIndex(town, this.universe);
  }

  /** Whether a peer of a policy matches a Service. */
  matches(peer: Peer | "any", { namespace }: NetworkPolicy, service: Service): Ternary {
    const standIn = this.standIns.get(service);
    const found = peer === "any" || peer.kind === "ipBlock" ? undefined : this.lookUp(peer, namespace);
    if (standIn === undefined || found === undefined) return "no";
    const [group] = this.universe.groups.ofWorkload(standIn);
    if (group === undefined) return "no";
    return found.certain.has(group.index) ? "yes" : found.possible.has(group.index) ? "maybe" : "no";
  }

  /** The Services a peer matches, or may. */
  matching(peer: Peer | "any", { namespace }: NetworkPolicy): readonly Service[] {
    if (peer === "any" || peer.kind === "ipBlock") return [];
    return [...this.lookUp(peer, namespace).possible.members()].flatMap((index) => {
      const group = this.universe.groups.all[index];
      const standIns = group === undefined ? [] : this.universe.groups.workloadsIn(group);
      return standIns.flatMap((each) => this.services.get(each) ?? []);
    });
  }

  private lookUp(peer: Exclude<Peer, { readonly kind: "ipBlock" }>, namespace: NetworkPolicy["namespace"]): Match<IndexSet> {
    if (peer.kind === "unknown") return { certain: this.universe.none, possible: this.universe.allPods };
    return peer.namespaces === "own" ? this.index.selectIn(namespace, peer.pods) : this.index.select(peer.namespaces, peer.pods);
  }
}

/** A Service without an address of its own is no peer: names lead to pods, or elsewhere. */
export const hasAddress = ({ headless, type }: Service): boolean => !headless && type !== "ExternalName";

const standInFor = ({ namespace, name, selector }: Service): Workload => ({
  kind: "Pod",
  namespace,
  name,
  labels: labelsOf(selector),
  ...(selector?.unknown === undefined ? {} : { unknownLabels: selector.unknown }),
  ports: [],
  hostNetwork: false,
});

/** A Service selects by equality only. */
const labelsOf = (selector: Service["selector"]): Labels => selector?.matchLabels ?? {};
