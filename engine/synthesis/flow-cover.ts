import { ExactSelectors } from "./exact-selector";
import { dnsConnections, dnsWorkloads } from "./intent";
import { type Cluster, isUnknown, type LabelSelector, type Workload } from "../model";
import type { Block, DnsService, RequiredEnd, RequiredFlow, SettledEnd, SettledFlow } from "./required-flow";
import { selects } from "../selector";
import type { ConnectionSet } from "../sets/connection-set";
import { IpSet } from "../sets/ip-set";

/** What an end stands for: the end as it was asked for, or name resolution for every pod. */
export type CoveredEnd = RequiredEnd | { readonly kind: "dns"; readonly dns: DnsService };

/** An end of a flow as a policy can write it, with everything that is taken in besides what is meant. */
export type Cover = PodCover | BlockCover;

/** The pods that a selector finds in one namespace. */
export interface PodCover {
  readonly kind: "pods";
  readonly end: CoveredEnd;
  readonly namespace: string;
  readonly selector: LabelSelector;
  readonly meant: readonly Workload[];
  readonly others: readonly Workload[];
  /** What a policy about these pods is named after. */
  readonly name: string;
  /** Tells it apart from others of the same name. */
  readonly qualifier?: string;
}

/** A block of addresses. */
export interface BlockCover {
  readonly kind: "addresses";
  readonly end: CoveredEnd;
  readonly block: Block;
  /** Workloads with pods whose address is in the block, or may be. */
  readonly others: readonly Workload[];
}

/** A flow with both its ends as a policy can write them. */
export interface CoveredFlow {
  /** Absent: name resolution, which no flow of the intent asks for one by one. */
  readonly flow?: RequiredFlow;
  readonly from: Cover;
  readonly to: Cover;
  readonly connections: ConnectionSet;
}

/** Finds how policies can write the ends of flows. */
export class Covers {
  private readonly selectors: ExactSelectors;
  private readonly byWorkload = new Map<Workload, PodCover>();
  private readonly byBlock = new Map<string, BlockCover>();
  private readonly podRanges: IpSet;
  private readonly addresses: readonly { readonly workload: Workload; readonly known: IpSet; readonly isOpen: boolean }[];

  constructor(private readonly cluster: Cluster) {
    this.selectors = new ExactSelectors(cluster);
    this.podRanges = unionOf(cluster.podCidrs ?? []);
    this.addresses = cluster.workloads.map((workload) => {
      const pods = workload.pods ?? [];
      const isOpen = pods.length === 0 || pods.some(({ ips }) => ips.length === 0);
      return { workload, known: unionOf(pods.flatMap(({ ips }) => ips)), isOpen };
    });
  }

  /** Undefined: the namespace of an end is not known, so no policy can name it. */
  flow({ flow, from, to, connections }: SettledFlow): CoveredFlow | undefined {
    const [source, target] = [this.end(from), this.end(to)];
    return source === undefined || target === undefined ? undefined : { flow, from: source, to: target, connections };
  }

  /** Name resolution for every pod of a namespace. */
  nameResolution(client: string, dns: DnsService): CoveredFlow {
    const { workloads } = this.cluster;
    const selector = { matchLabels: dns.pods };
    const meant = dnsWorkloads(this.cluster, dns);
    const isPerhapsDns = (each: Workload): boolean =>
      (each.namespace === dns.namespace || isUnknown(each.namespace)) && selects(selector, each.labels, each.unknownLabels) !== "no";
    const clients = workloads.filter(({ namespace }) => namespace === client);
    const perhapsClients = workloads.filter(({ namespace }) => isUnknown(namespace));
    const servers = workloads.filter((each) => isPerhapsDns(each) && !meant.includes(each));
    const common = { kind: "pods", end: { kind: "dns", dns } } as const;
    return {
      from: { ...common, namespace: client, selector: {}, meant: clients, others: perhapsClients, name: "dns" },
      to: { ...common, namespace: dns.namespace, selector, meant, others: servers, name: "dns-clients" },
      connections: dnsConnections,
    };
  }

  private end(end: SettledEnd): Cover | undefined {
    return end.kind === "addresses" ? this.ofBlock(end.block) : this.ofWorkload(end.workload);
  }

  private ofWorkload(workload: Workload): PodCover | undefined {
    const { namespace, name, kind } = workload;
    if (isUnknown(namespace)) return undefined;
    const known = this.byWorkload.get(workload);
    if (known !== undefined) return known;
    const exact = this.selectors.of(workload, namespace);
    const title = isUnknown(name) ? kind.toLowerCase() : name;
    const end = { kind: "workload", workload } as const;
    const cover: PodCover = { kind: "pods", end, namespace, ...exact, meant: [workload], name: title, qualifier: kind.toLowerCase() };
    this.byWorkload.set(workload, cover);
    return cover;
  }

  private ofBlock(block: Block): BlockCover {
    const known = this.byBlock.get(block.cidr);
    if (known !== undefined) return known;
    const mayHoldAny = !block.addresses.intersect(this.podRanges).isEmpty;
    const inside = this.addresses.filter((each) => (mayHoldAny && each.isOpen) || !each.known.intersect(block.addresses).isEmpty);
    const cover: BlockCover = {
      kind: "addresses",
      end: { kind: "addresses", cidr: block.cidr },
      block,
      others: inside.map(({ workload }) => workload),
    };
    this.byBlock.set(block.cidr, cover);
    return cover;
  }
}

const unionOf = (cidrs: readonly string[]): IpSet => cidrs.reduce((all, cidr) => all.union(IpSet.cidr(cidr)), IpSet.none);
