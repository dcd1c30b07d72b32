import { type Cluster, type Labels, type NetworkPolicy, type Protocol, shown, type Workload, ModelError } from "../model";
import type { Profile } from "../profile";
import { ConnectionSet } from "../sets/connection-set";
import { formatAddress, IpSet, parseAddress } from "../sets/ip-set";
import { PortSet } from "../sets/port-set";

/** One end of a flow that is asked for. */
export type RequiredEnd =
  | { readonly kind: "workload"; readonly workload: Workload }
  /** Addresses that are no pod's: a CIDR block, or one address. The address of a pod that is known stands for the pod's workload. */
  | { readonly kind: "addresses"; readonly cidr: string };

/** A flow that must be possible, as people list them and as logs show them. */
export interface RequiredFlow {
  readonly from: RequiredEnd;
  readonly to: RequiredEnd;
  readonly protocol: Protocol;
  /** On the destination pod, after any Service translated it; a range includes both its ends. */
  readonly ports: number | { readonly from: number; readonly to: number } | "every";
}

/** The pods that answer for names, by namespace and labels. */
export interface DnsService {
  readonly namespace: string;
  readonly pods: Labels;
}

/** Where clusters made with the usual tools run their DNS. */
export const clusterDns: DnsService = { namespace: "kube-system", pods: { "k8s-app": "kube-dns" } };

/** What belongs to an intent beside its flows. */
export interface IntentOptions {
  /** The namespaces to close: nothing flows from or to their pods but what is asked for. @default those of the workloads the flows name */
  readonly namespaces?: readonly string[];
  /** Every pod of these namespaces may ask this service on port 53, UDP and TCP. @default none: names are not resolved unless a flow says so */
  readonly dns?: DnsService;
  /** @default what the specification leaves open stays undecided */
  readonly profile?: Profile;
}

/** A block of addresses as an ipBlock can name it, without the ranges that pods draw theirs from. */
export interface Block {
  readonly cidr: string;
  readonly except: readonly string[];
  readonly addresses: IpSet;
}

/** An end after its addresses were looked at. */
export type SettledEnd = { readonly kind: "workload"; readonly workload: Workload } | { readonly kind: "addresses"; readonly block: Block };

/** A flow with its ends looked up and its ports as a set. */
export interface SettledFlow {
  readonly flow: RequiredFlow;
  readonly from: SettledEnd;
  readonly to: SettledEnd;
  readonly connections: ConnectionSet;
}

/** Looks up the ends of flows in one cluster. */
export class FlowReader {
  private readonly workloads: ReadonlySet<Workload>;
  private readonly owners = new Map<string, Workload>();
  private readonly known = new Map<string, SettledEnd>();

  constructor(private readonly cluster: Cluster) {
    this.workloads = new Set(cluster.workloads);
    for (const workload of cluster.workloads) {
      // A host-networked pod has the address of its node, which is not its own.
      if (workload.hostNetwork !== false) continue;
      for (const { ips } of workload.pods ?? []) for (const ip of ips) this.owners.set(formatAddress(parseAddress(ip)), workload);
    }
  }

  /** A workload that is not in the cluster, text that is no CIDR block, or a port outside 1 to 65535 is a ModelError. */
  settle(flow: RequiredFlow): SettledFlow {
    const { protocol, ports } = flow;
    const set = ports === "every" ? PortSet.all : typeof ports === "number" ? PortSet.of(ports) : PortSet.of(ports.from, ports.to);
    return { flow, from: this.end(flow.from), to: this.end(flow.to), connections: ConnectionSet.of(protocol, set) };
  }

  private end(end: RequiredEnd): SettledEnd {
    if (end.kind === "workload") {
      if (this.workloads.has(end.workload)) return end;
      throw new ModelError(`workload \`${shown(end.workload.name)}\` is not part of the cluster that policies are wanted for`);
    }
    const known = this.known.get(end.cidr) ?? this.addresses(plainBlock(end.cidr));
    this.known.set(end.cidr, known);
    return known;
  }

  private addresses(cidr: string): SettledEnd {
    const owner = this.owners.get(cidr.replace(/\/(32|128)$/, ""));
    return owner === undefined ? { kind: "addresses", block: this.block(cidr) } : { kind: "workload", workload: owner };
  }

  /** A block that is wider than a range of pods means what lies outside of it. One inside such a range is meant as it is written. */
  private block(cidr: string): Block {
    const whole = IpSet.cidr(cidr);
    const within = (range: string): boolean => IpSet.cidr(range).isSubsetOf(whole) && !IpSet.cidr(range).equals(whole);
    const except = [...new Set((this.cluster.podCidrs ?? []).map(plainBlock).filter(within))].sort();
    return { cidr, except, addresses: except.reduce((rest, range) => rest.subtract(IpSet.cidr(range)), whole) };
  }
}

/** The block as Kubernetes wants it written: with its prefix, no bits set behind it, and IPv4 as IPv4. */
function plainBlock(text: string): string {
  const set = IpSet.cidr(text);
  const family = set.IPv4.isEmpty ? "IPv6" : "IPv4";
  const [from, to] = set[family].intervals[0] ?? [0n, 0n];
  const hostBits = (to - from + 1n).toString(2).length - 1;
  return `${formatAddress({ family, value: from })}/${String((family === "IPv4" ? 32 : 128) - hostBits)}`;
}

/** The namespaces to close, in order: those that are named, or those of the workloads at the ends of the flows. */
export function scopeOf(flows: readonly SettledFlow[], { namespaces }: IntentOptions): readonly string[] {
  const ends = flows.flatMap(({ from, to }) => [from, to]);
  const theirs = ends.flatMap((end) =>
    end.kind === "workload" && typeof end.workload.namespace === "string" ? [end.workload.namespace] : [],
  );
  return [...new Set(namespaces ?? theirs)].sort();
}

/** The policy that closes a namespace in both directions. */
export const defaultDeny = (namespace: string): NetworkPolicy => ({
  namespace,
  name: "default-deny",
  subject: {},
  ingress: [],
  egress: [],
});

/** The cluster when the given policies take the place of those it has in the closed namespaces. */
export const withPolicies = (cluster: Cluster, scope: readonly string[], policies: readonly NetworkPolicy[]): Cluster => ({
  ...cluster,
  policies: [...cluster.policies.filter((policy) => !isReplaced(policy, scope)), ...policies],
});

/** Whether a policy makes room for the new ones. One whose namespace is not known stays. */
export const isReplaced = ({ namespace }: NetworkPolicy, scope: readonly string[]): boolean =>
  typeof namespace === "string" && scope.includes(namespace);
