import { type Cluster, type ExpectedEnds, isUnknown, type Namespace, type PodsEnd, shown, type Value, type Workload } from "../model";
import { allOf, selects, type Ternary } from "../selector";
import { ConnectionSet } from "../sets/connection-set";
import { IpSet } from "../sets/ip-set";
import { PortSet } from "../sets/port-set";
import { backendsOf, findService } from "../services/service-backends";
import { matchesPattern } from "./pattern-text";

/** A workload that ends speak of. */
export interface Member {
  readonly workload: Workload;
  /** Whether it is known to be meant. */
  readonly isCertain: boolean;
  /** For pods named by a Service: the ports its traffic arrives on, by the Service's own ports. Absent: the expectation's ports as they are. */
  readonly translated?: readonly TranslatedPort[];
}

/** A port of a Service, and where it leads on one workload's pods. */
export interface TranslatedPort {
  readonly asked: ConnectionSet;
  readonly name?: string;
  readonly arrives: ConnectionSet;
}

/** Ends as they are found in a cluster. */
export interface ResolvedEnds {
  readonly members: readonly Member[];
  readonly addresses: IpSet;
  /** Pods that do not exist yet are meant where they fit one of these. */
  readonly unlisted: readonly PodsEnd[];
  /** What cannot be resolved, or matches nothing: an expectation about nothing must not pass. */
  readonly problems: readonly string[];
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
  return {
    members: onePerWorkload(parts.flatMap(({ members }) => members)),
    addresses: IpSet.unionOf(parts.map(({ addresses }) => addresses)),
    unlisted: parts.flatMap(({ unlisted }) => unlisted),
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
  ...(one.translated === undefined || other.translated === undefined ? {} : { translated: [...one.translated, ...other.translated] }),
});

type Namespaces = ReadonlyMap<string, Namespace>;

function resolveEnd(cluster: Cluster, namespaces: Namespaces, end: ExpectedEnds, allowEmpty: boolean): ResolvedEnds {
  if ("cidr" in end) return resolveCidr(end, allowEmpty);
  if ("service" in end) return resolveService(cluster, end.service, allowEmpty);
  if ("kind" in end) return resolveKind(cluster, end.kind);
  const members = cluster.workloads.flatMap((workload) => memberOf(workload, belongs(workload, end, namespaces)));
  const problems = members.length === 0 && !allowEmpty ? [`no pod is ${describeEnd(end)}; correct it, or set \`allowEmpty\``] : [];
  return { ...nothing, members, unlisted: end.workload === undefined ? [end] : [], problems };
}

function resolveCidr({ cidr, except = [] }: Extract<ExpectedEnds, { readonly cidr: string }>, allowEmpty: boolean): ResolvedEnds {
  const addresses = IpSet.cidr(cidr).subtract(IpSet.unionOf(except.map((each) => IpSet.cidr(each))));
  return { ...nothing, addresses, problems: addresses.isEmpty && !allowEmpty ? [`\`${cidr}\` less its \`except\` is no address`] : [] };
}

function resolveKind(cluster: Cluster, kind: Extract<ExpectedEnds, { readonly kind: string }>["kind"]): ResolvedEnds {
  const pods = kind === "cluster" || kind === "any" ? { members: podNetwork(cluster), unlisted: [{}] } : {};
  const addresses = kind === "internet" ? internet : kind === "cluster" ? IpSet.none : IpSet.all.subtract(nodeAddresses(cluster));
  return { ...nothing, addresses, ...pods };
}

const nothing: ResolvedEnds = { members: [], addresses: IpSet.none, unlisted: [], problems: [] };

/** Pods with addresses of their own. What the others send is their node's, and no policy keeps a node from its own pods. */
const podNetwork = ({ workloads }: Cluster): readonly Member[] =>
  workloads.flatMap((workload) => (workload.hostNetwork === true ? [] : [{ workload, isCertain: !isUnknown(workload.hostNetwork) }]));

const nodeAddresses = ({ nodes }: Cluster): IpSet =>
  IpSet.unionOf(nodes.flatMap(({ addresses }) => addresses.map((each) => IpSet.cidr(each))));

const memberOf = (workload: Workload, answer: Ternary): readonly Member[] =>
  answer === "no" ? [] : [{ workload, isCertain: answer === "yes" }];

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

function resolveService(cluster: Cluster, text: string, allowEmpty: boolean): ResolvedEnds {
  const [namespace = "", name] = text.split("/");
  if (name === undefined) return { ...nothing, problems: [`\`${text}\` does not name a Service; write \`namespace/name\``] };
  if (!cluster.services.some((each) => each.namespace === namespace && each.name === name)) {
    return { ...nothing, problems: [`there is no Service \`${text}\`; correct the name`] };
  }
  const service = findService(cluster, { namespace, name });
  const members = service.ports.flatMap((port): readonly Member[] => {
    if (isUnknown(port.port)) return [];
    const asked = ConnectionSet.of(port.protocol, PortSet.of(port.port));
    const backends = backendsOf(cluster, service, port.targetPort, port.protocol) ?? [];
    return backends.flatMap(({ workload, isEndpoint, port: target }) => {
      if (isEndpoint === "no") return [];
      const arrives =
        target === undefined ? ConnectionSet.of(port.protocol, PortSet.all) : ConnectionSet.of(port.protocol, PortSet.of(target));
      const translated = [{ asked, arrives, ...(port.name === undefined ? {} : { name: port.name }) }];
      return [{ workload, isCertain: isEndpoint === "yes" && target !== undefined, translated }];
    });
  });
  const problems =
    members.length === 0 && !allowEmpty ? [`no pod is behind the Service \`${text}\`; correct it, or set \`allowEmpty\``] : [];
  return { ...nothing, members, problems };
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
