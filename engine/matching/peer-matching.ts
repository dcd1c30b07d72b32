import {
  type Cluster,
  type ClusterPeer,
  type ClusterSubject,
  isUnknown,
  type LabelSelector,
  type NetworkPolicy,
  type Peer,
  type Value,
} from "../model";
import { PodAddresses } from "./pod-addresses";
import { exactly, type Match, type PodIndex } from "./pod-index";
import type { Reading } from "../profile";
import { selects } from "../selector";
import type { IndexSet } from "../sets/index-set";
import { IpSet, parseAddress } from "../sets/ip-set";
import type { Universe } from "./universe";

/** Whom a peer names, among all ends of the universe. */
export type PeerMatch = Match<IndexSet>;

/** Finds the ends that policies speak of, in one reading of the cluster. */
export class PeerMatcher {
  readonly nobody: PeerMatch;
  private readonly addresses: PodAddresses;
  private readonly hostNetworked: Match<IndexSet>;

  constructor(
    private readonly cluster: Cluster,
    private readonly universe: Universe,
    private readonly pods: PodIndex,
    private readonly reading: Reading,
  ) {
    this.nobody = exactly(universe.none);
    this.addresses = new PodAddresses(cluster, universe, reading.family);
    const withAnswer = (...answers: readonly string[]): IndexSet =>
      universe.of(universe.groups.all.filter(({ hostNetwork }) => answers.includes(hostNetwork)).map(({ index }) => index));
    this.hostNetworked = { certain: withAnswer("yes"), possible: withAnswer("yes", "maybe") };
  }

  /** The pods a NetworkPolicy applies to. */
  subjectOf(policy: NetworkPolicy): Match<IndexSet> {
    return this.asRead(this.pods.selectIn(policy.namespace, policy.subject));
  }

  /** The pods a cluster-wide policy applies to: never those on their node's network. */
  subjectOfClusterPolicy({ namespaces, pods }: ClusterSubject): Match<IndexSet> {
    return this.withoutHostNetworked(this.pods.select(namespaces, pods));
  }

  /** Whom a peer of a NetworkPolicy in `namespace` names. */
  peer(peer: Peer, namespace: Value<string>): PeerMatch {
    switch (peer.kind) {
      case "pods":
        return this.asRead(
          peer.namespaces === "own" ? this.pods.selectIn(namespace, peer.pods) : this.pods.select(peer.namespaces, peer.pods),
        );
      case "ipBlock":
        return this.at(blockOf(peer.cidr, peer.except));
      case "unknown":
        return this.perhaps(this.universe.all);
    }
  }

  /** Whom a peer of a cluster-wide policy names. An unsupported one is for the rule to judge: it fails closed by action. */
  clusterPeer(peer: ClusterPeer): PeerMatch {
    switch (peer.kind) {
      case "pods":
        return this.withoutHostNetworked(this.pods.select(peer.namespaces, peer.pods));
      case "networks":
        return this.at(unionOf(peer.cidrs.map((cidr) => blockOf(cidr, []))));
      case "nodes":
        return this.nodes(peer.nodes);
      case "domainNames":
        // Which addresses a name stands for is decided while the cluster runs.
        return this.perhaps(this.universe.allAddresses);
      case "unsupported":
        return this.nobody;
      case "unknown":
        return this.perhaps(this.universe.all);
    }
  }

  /**
   * Whom a peer named before pods changed, as it is now that they did at these places. The same object where it names the same. `whole` looks
   * it up from the beginning.
   */
  again(old: PeerMatch, places: readonly number[], peer: Peer | ClusterPeer, namespace: Value<string>, whole: () => PeerMatch): PeerMatch {
    switch (peer.kind) {
      case "pods":
        if (!this.hostNetworked.possible.isEmpty) return whole();
        return peer.namespaces === "own"
          ? this.pods.selectInAgain(old, places, namespace, peer.pods)
          : this.pods.selectAgain(old, places, peer.namespaces, peer.pods);
      case "ipBlock":
      case "networks":
        return this.addresses.mayBeAnywhere(places) ? whole() : this.pods.without(old, places);
      case "nodes":
        return whole();
      default:
        return old;
    }
  }

  private nodes(selector: LabelSelector): PeerMatch {
    const matches = this.cluster.nodes.map((node) => {
      const answer = selects(selector, node.labels, node.unknownLabels);
      const addresses = node.addresses.map((address) => IpSet.cidr(address)).reduce((a, b) => a.union(b), IpSet.none);
      return { certain: answer === "yes" ? addresses : IpSet.none, possible: answer === "no" ? IpSet.none : addresses };
    });
    const known = this.at(unionOf(matches));
    return { certain: known.certain, possible: known.possible.union(this.perhapsNodes()) };
  }

  /** Ends that may be a node nobody described, or the unnamed node of a host-networked pod. */
  private perhapsNodes(): IndexSet {
    const { nodes, unknownNodes } = this.cluster;
    if (unknownNodes !== undefined) return this.universe.allAddresses.union(this.hostNetworked.possible);
    return nodes.length === 0 ? this.universe.none : this.hostNetworked.possible.intersect(this.addresses.withoutAddress);
  }

  private perhaps(possible: IndexSet): PeerMatch {
    return { certain: this.universe.none, possible };
  }

  /** The ends inside a set of addresses: the addresses themselves, and the pods that have one of them. */
  private at(addresses: Match<IpSet>): PeerMatch {
    const certain = this.addresses.endsIn(addresses.certain, "certain");
    const possible = this.addresses.endsIn(addresses.possible, "possible");
    return certain.size === possible.size ? exactly(possible) : { certain, possible };
  }

  /** What a NetworkPolicy selector finds: in the reading that a host-networked pod is its node, no such pod. */
  private asRead(match: Match<IndexSet>): Match<IndexSet> {
    return this.reading.hostNetwork === "pod" ? match : this.withoutHostNetworked(match);
  }

  private withoutHostNetworked(match: Match<IndexSet>): Match<IndexSet> {
    if (this.hostNetworked.possible.isEmpty) return match;
    const certain = match.certain.subtract(this.hostNetworked.possible);
    const possible = match.possible.subtract(this.hostNetworked.certain);
    return certain.size === possible.size ? exactly(possible) : { certain, possible };
  }
}

/** The addresses of a block less its exceptions. An exception that is not known may take away all of it. */
function blockOf(cidr: Value<string>, except: readonly Value<string>[]): Match<IpSet> {
  if (isUnknown(cidr)) return { certain: IpSet.none, possible: IpSet.all };
  const known = except.filter((each) => !isUnknown(each)) as readonly string[];
  const possible = known.reduce((left, each) => left.subtract(IpSet.cidr(each)), IpSet.cidr(cidr));
  return { certain: known.length === except.length ? possible : IpSet.none, possible };
}

const unionOf = (matches: readonly Match<IpSet>[]): Match<IpSet> => ({
  certain: matches.reduce((all, { certain }) => all.union(certain), IpSet.none),
  possible: matches.reduce((all, { possible }) => all.union(possible), IpSet.none),
});

/** Whether an address is one of a node's, by name of the node. */
export function isAddressOfNode(cluster: Cluster, address: string, node: string): boolean {
  const { family, value } = parseAddress(address);
  return cluster.nodes
    .filter(({ name }) => name === node)
    .some(({ addresses }) => addresses.map(parseAddress).some((each) => each.family === family && each.value === value));
}
