import type { PeerMatch } from "../matching/peer-matching";
import { PodAddresses } from "../matching/pod-addresses";
import type { Match } from "../matching/pod-index";
import type { Cluster } from "../model";
import type { Reading } from "../profile";
import { type Address, IpSet } from "../sets/ip-set";
import type { IndexSet } from "../sets/index-set";
import type { Universe } from "../matching/universe";

/** What a peer stands for that selects host-networked pods: every end with the address of a node they run on. */
export class HostPeers {
  private readonly hosts: Match<IndexSet>;
  private readonly addresses: PodAddresses;
  /** Ends that may be a node nobody knows the pods of. */
  private readonly anyNode: IndexSet;
  private readonly expanded = new Map<PeerMatch, PeerMatch>();

  constructor(
    private readonly universe: Universe,
    cluster: Cluster,
    { family }: Reading,
  ) {
    const withAnswer = (...answers: readonly string[]): IndexSet =>
      universe.of(universe.groups.all.filter(({ hostNetwork }) => answers.includes(hostNetwork)).map(({ index }) => index));
    this.hosts = { certain: withAnswer("yes"), possible: withAnswer("yes", "maybe") };
    this.addresses = new PodAddresses({ ...cluster, podCidrs: [] }, universe, family);
    const nodes = IpSet.unionOf(cluster.nodes.flatMap((node) => node.addresses).map((address) => IpSet.cidr(address)));
    this.anyNode = this.addresses.endsIn(nodes, "possible").union(this.hosts.possible);
  }

  /** The ends that a peer which matches these pods lets in. */
  expand(match: PeerMatch): PeerMatch {
    if (!match.possible.intersects(this.hosts.possible)) return match;
    const known = this.expanded.get(match);
    if (known !== undefined) return known;
    const certain = match.certain.union(this.sameAddress(match.certain.intersect(this.hosts.certain)));
    const selected = match.possible.intersect(this.hosts.possible);
    const nowhere = [...selected.members()].some((index) => this.addressesOf(index).length === 0);
    const possible = match.possible.union(this.sameAddress(selected)).union(nowhere ? this.anyNode : this.universe.none);
    const found = { certain, possible };
    this.expanded.set(match, found);
    return found;
  }

  private sameAddress(pods: IndexSet): IndexSet {
    const ranges = [...pods.members()]
      .flatMap((index) => this.addressesOf(index))
      .map(({ family, value }) => IpSet.range(family, value, value));
    return this.addresses.endsIn(IpSet.unionOf(ranges), "possible");
  }

  private readonly addressesOf = (index: number): readonly Address[] => this.universe.groups.all[index]?.addresses ?? [];
}
