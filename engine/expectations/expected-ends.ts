import {
  type Cluster,
  type ExpectedEnds,
  isUnknown,
  type Namespace,
  type Pod,
  type PodsEnd,
  shown,
  type Value,
  type Workload,
} from "../model";
import { allOf, selects, type Ternary } from "../selector";
import { IpSet } from "../sets/ip-set";
import { blockEnds } from "./block-ends";
import { matchesPattern } from "./pattern-text";
import { type NamedService, serviceEnds, type TranslatedPort } from "./service-ends";

/** A workload, or one pod of it, that ends speak of. */
export interface Member {
  readonly workload: Workload;
  /** The one that is meant, where a block of addresses holds some of the workload's pods and not others. @default whichever */
  readonly pod?: Pod;
  /** Whether it is known to be meant. */
  readonly isCertain: boolean;
  /** Whether the expectation's ports are meant as those of the pods themselves. Otherwise they are ports of Services, which `translated` tells. */
  readonly isDirect: boolean;
  /** For pods behind a Service: the ports its traffic arrives on, by the Service's own ports. */
  readonly translated: readonly TranslatedPort[];
}

/** Ends as they are found in a cluster. */
export interface ResolvedEnds {
  /** Workloads all of whose pods are meant. */
  readonly members: readonly Member[];
  /** Single pods. */
  readonly pods: readonly (Member & { readonly pod: Pod })[];
  readonly addresses: IpSet;
  /** Pods that do not exist yet are meant where they fit one of these. */
  readonly unlisted: readonly UnlistedEnd[];
  /** The Services that are named. */
  readonly services: readonly NamedService[];
  /** What cannot be resolved, or matches nothing: an expectation about nothing must not pass. */
  readonly problems: readonly string[];
}

/** Pods that do not exist yet. */
export interface UnlistedEnd extends PodsEnd {
  /** They are meant or not, by the address they will get. @default they are */
  readonly isPerhaps?: true;
}

/** Ranges that are not on the internet (RFC 6890 and its updates); of IPv6, all but global unicast. */
const privateRanges = [
  ...["0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16", "224.0.0.0/3"],
].map((range) => IpSet.cidr(range));
const internet = IpSet.cidr("0.0.0.0/0").subtract(IpSet.unionOf(privateRanges)).union(IpSet.cidr("2000::/3"));

/** Finds the pods and addresses that ends speak of. */
export function resolveEnds(cluster: Cluster, ends: readonly ExpectedEnds[], allowEmpty: boolean): ResolvedEnds {
  const namespaces = new Map(cluster.namespaces.flatMap((each) => (isUnknown(each.name) ? [] : [[each.name, each] as const])));
  const parts = ends.map((end) => resolveEnd(cluster, namespaces, end, allowEmpty));
  const members = onePerWorkload(parts.flatMap((part) => part.members));
  const meantAnyway = new Set(members.flatMap(({ workload, isCertain, isDirect }) => (isCertain && isDirect ? [workload] : [])));
  return {
    members,
    pods: onePerPod(parts.flatMap(({ pods }) => pods)).filter(({ workload }) => !meantAnyway.has(workload)),
    addresses: IpSet.unionOf(parts.map(({ addresses }) => addresses)),
    unlisted: parts.flatMap(({ unlisted }) => unlisted),
    services: parts.flatMap(({ services }) => services),
    problems: parts.flatMap(({ problems }) => problems),
  };
}

/** Certain wins where a workload is named twice; ports of Services are added up. */
function onePerWorkload(members: readonly Member[]): readonly Member[] {
  const found = new Map<Workload, Member>();
  for (const member of members) {
    const known = found.get(member.workload);
    found.set(member.workload, known === undefined ? member : merged(known, member));
  }
  return [...found.values()];
}

const merged = (one: Member, other: Member): Member => ({
  workload: one.workload,
  isCertain: one.isCertain || other.isCertain,
  isDirect: one.isDirect || other.isDirect,
  translated: [...one.translated, ...other.translated],
});

type PodMember = ResolvedEnds["pods"][number];

function onePerPod(pods: readonly PodMember[]): readonly PodMember[] {
  const found = new Map<Pod, PodMember>();
  for (const each of pods) if (found.get(each.pod)?.isCertain !== true) found.set(each.pod, each);
  return [...found.values()];
}

type Namespaces = ReadonlyMap<string, Namespace>;

function resolveEnd(cluster: Cluster, namespaces: Namespaces, end: ExpectedEnds, allowEmpty: boolean): ResolvedEnds {
  if ("cidr" in end) return { ...nothing, ...blockEnds(cluster, end, allowEmpty) };
  if ("service" in end) return { ...nothing, ...serviceEnds(cluster, end.service, allowEmpty) };
  if ("kind" in end) return resolveKind(cluster, end.kind, allowEmpty);
  const members = cluster.workloads.flatMap((workload) => memberOf(workload, belongs(workload, end, namespaces)));
  const problems = members.length === 0 && !allowEmpty ? [`no pod is ${describeEnd(end)}; correct it, or set \`allowEmpty\``] : [];
  return { ...nothing, members, unlisted: end.workload === undefined ? [end] : [], problems };
}

type Kind = Extract<ExpectedEnds, { readonly kind: string }>["kind"];

function resolveKind(cluster: Cluster, kind: Kind, allowEmpty: boolean): ResolvedEnds {
  const members = kind === "cluster" || kind === "any" ? podNetwork(cluster) : [];
  const pods = kind === "cluster" || kind === "any" ? { members, unlisted: [{}] } : {};
  const addresses = kind === "internet" ? internet : kind === "cluster" ? IpSet.none : IpSet.all.subtract(nodeAddresses(cluster));
  const isEmpty = kind === "cluster" && members.length === 0 && !allowEmpty;
  return {
    ...nothing,
    addresses,
    ...pods,
    problems: isEmpty ? ["no pod has an address of its own; add the workloads, or set `allowEmpty`"] : [],
  };
}

const nothing: ResolvedEnds = { members: [], pods: [], addresses: IpSet.none, unlisted: [], services: [], problems: [] };

/** Pods with addresses of their own. What the others send is their node's, and no policy keeps a node from its own pods. */
const podNetwork = ({ workloads }: Cluster): readonly Member[] =>
  workloads.flatMap((workload) => (workload.hostNetwork === true ? [] : [direct(workload, !isUnknown(workload.hostNetwork))]));

const nodeAddresses = ({ nodes }: Cluster): IpSet =>
  IpSet.unionOf(nodes.flatMap(({ addresses }) => addresses.map((each) => IpSet.cidr(each))));

const memberOf = (workload: Workload, answer: Ternary): readonly Member[] => (answer === "no" ? [] : [direct(workload, answer === "yes")]);

const direct = (workload: Workload, isCertain: boolean): Member => ({ workload, isCertain, isDirect: true, translated: [] });

function belongs(workload: Workload, { namespace, pods = {}, workload: pattern }: PodsEnd, namespaces: Namespaces): Ternary {
  return allOf([
    namespace === undefined ? "yes" : inNamespace(workload.namespace, namespace, namespaces),
    selects(pods, workload.labels, workload.unknownLabels),
    pattern === undefined ? "yes" : isCalled(workload, pattern),
  ]);
}

function inNamespace(name: Value<string>, wanted: NonNullable<PodsEnd["namespace"]>, namespaces: Namespaces): Ternary {
  if (isUnknown(name)) return wanted === "*" ? "yes" : "maybe";
  if (typeof wanted === "string") return matchesPattern(wanted, name) ? "yes" : "no";
  const known = namespaces.get(name);
  return known === undefined ? "maybe" : selects(wanted, known.labels, known.unknownLabels);
}

/** `Deployment/web`, `web` of any kind, with `*` for any text in either. */
function isCalled({ kind, name }: Workload, pattern: string): Ternary {
  const [first = "", second] = pattern.split("/");
  const [wantedKind, wantedName] = second === undefined ? ["*", first] : [first, second];
  if (!matchesPattern(wantedKind, kind)) return "no";
  return isUnknown(name) ? "maybe" : matchesPattern(wantedName, name) ? "yes" : "no";
}

/** An end in words, for statements and problems. */
export function describeEnd(end: ExpectedEnds): string {
  if ("cidr" in end) return `${end.cidr}${(end.except ?? []).length === 0 ? "" : ` except ${(end.except ?? []).join(", ")}`}`;
  if ("service" in end) return `service ${end.service}`;
  if ("kind" in end) return { internet: "the internet", external: "any address outside", cluster: "any pod", any: "anyone" }[end.kind];
  const { namespace, pods, workload } = end;
  const place = namespace === undefined ? "*" : typeof namespace === "string" ? namespace : `{${selectorText(namespace)}}`;
  const labels = pods === undefined ? "" : selectorText(pods);
  return `${place}/${workload ?? "*"}${labels === "" ? "" : `{${labels}}`}`;
}

function selectorText({ matchLabels = {}, matchExpressions = [] }: NonNullable<PodsEnd["pods"]>): string {
  const labels = Object.entries(matchLabels).map(([key, value]) => `${key}=${shown(value)}`);
  const expressions = matchExpressions.map((each) =>
    "values" in each
      ? `${each.key} ${each.operator === "In" ? "in" : "not in"} (${each.values.map((value) => shown(value)).join(", ")})`
      : `${each.operator === "Exists" ? "" : "!"}${each.key}`,
  );
  return [...labels, ...expressions].join(", ");
}
