import { type Evaluation, update } from "../evaluation";
import { type UnlistedExposure, unlistedExposures } from "../exposure/exposure";
import {
  type Cluster,
  type Direction,
  type Endpoint,
  type ExpectedPort,
  type ExpectedPorts,
  type Labels,
  type Namespace,
  type Protocol,
  shown,
  unknown,
  type Workload,
} from "../model";
import type { Match } from "../matching/pod-index";
import { workloadEnd } from "../report/ends";
import type { ReportEnd, ReportFlow } from "../report/parts";
import { ConnectionSet } from "../sets/connection-set";
import { PortSet } from "../sets/port-set";
import { verdict } from "../verdict";
import type { ResolvedFlows } from "./denied-flows";
import type { Member, UnlistedEnd } from "./expected-ends";
import { numbered, portsOn } from "./expected-ports";
import { type Assignment, isCertain, solve } from "./label-conditions";
import { futureRegion, type LabelRegion, nameLabel, namespacePrefix, outside, podPrefix, presentRegion, within } from "./label-region";
import { NamespaceKinds } from "./namespace-kinds";
import type { Tally } from "./tally";

/** With more workloads than this, others are likely to be asked for as well: what all have in common is then found out once. */
const askOnlyFor = 8;

/** More exceptions than this are not told apart: what they may speak of is undecided. */
const exceptionLimit = 8;

/** Adds to the tally whether pods that do not exist yet, of the ends that `flows` names, could do what it denies. */
export function checkUnlisted(evaluation: Evaluation, flows: ResolvedFlows, except: readonly ResolvedFlows[], tally: Tally): void {
  for (const [direction, subjects, others] of [
    ["ingress", [...flows.to.members, ...flows.to.pods], flows.from.unlisted],
    ["egress", [...flows.from.members, ...flows.from.pods], flows.to.unlisted],
  ] as const) {
    if (others.length === 0 || subjects.length === 0) continue;
    const workloads = subjects.map(({ workload }) => workload);
    const unlisted = unlistedOf(evaluation, workloads, direction);
    const asked = new AskedBefore();
    const namespaces = new Map<string, NamespaceKinds>();
    for (const subject of subjects) {
      // Nothing that is found after the first failure is told.
      if (tally.hasFailed) return;
      const check = new UnlistedFlows(evaluation, subject, direction, flows.ports, except, tally);
      const entries = unlisted(subject.workload);
      const { question } = check;
      if (!asked.isNew(entries, question)) continue;
      const kinds = namespaces.get(question) ?? new NamespaceKinds(evaluation.cluster.namespaces, check.endsBeside(others));
      namespaces.set(question, kinds);
      check.askAll(entries, others, kinds);
    }
  }
}

/** Workloads that nothing tells apart have one list of exposures between them: it is held once against what is asked the same way. */
class AskedBefore {
  private readonly questions = new Map<readonly UnlistedExposure[], Set<string>>();

  isNew(entries: readonly UnlistedExposure[], question: string): boolean {
    const known = this.questions.get(entries) ?? new Set();
    this.questions.set(entries, known);
    return known.size < known.add(question).size;
  }
}

type UnlistedOf = (workload: Workload) => readonly UnlistedExposure[];

/** Found once for an evaluation, however many expectations ask. */
const known = new WeakMap<Evaluation, Partial<Record<Direction, UnlistedOf>>>();

function unlistedOf(evaluation: Evaluation, workloads: readonly Workload[], direction: Direction): UnlistedOf {
  const byDirection = known.get(evaluation) ?? {};
  known.set(evaluation, byDirection);
  const isFew = workloads.length <= askOnlyFor;
  const found = byDirection[direction] ?? fromExposures(evaluation, isFew ? workloads : evaluation.cluster.workloads, direction);
  if (!isFew) byDirection[direction] = found;
  return found;
}

function fromExposures(evaluation: Evaluation, workloads: readonly Workload[], direction: Direction): UnlistedOf {
  const of = unlistedExposures(evaluation, workloads, [direction]);
  return (workload) => of(workload, direction);
}

class UnlistedFlows {
  private readonly exceptions: readonly { readonly ends: readonly UnlistedEnd[]; readonly ports: Ports }[];
  private readonly wanted: Ports;

  constructor(
    private readonly evaluation: Evaluation,
    private readonly subject: Member,
    private readonly direction: Direction,
    ports: ExpectedPorts,
    except: readonly ResolvedFlows[],
    private readonly tally: Tally,
  ) {
    this.wanted = this.portsOf(ports, (port) => anyOf(port.protocol));
    this.exceptions = except.flatMap((each) => {
      const [mine, theirs] = direction === "ingress" ? [each.to, each.from] : [each.from, each.to];
      const speaks = mine.members.some(({ workload, isCertain: certain }) => certain && workload === subject.workload);
      return speaks ? [{ ends: theirs.unlisted, ports: this.portsOf(each.ports, () => ConnectionSet.none) }] : [];
    });
  }

  /** Equal for subjects of which the same is asked. */
  get question(): string {
    const exceptions = this.exceptions.map(({ ends, ports }) => [ends, ...textsOf(ports)]);
    return JSON.stringify([textsOf(this.wanted), this.subject.isCertain, exceptions]);
  }

  /** A pod nobody has described may call any of its ports by a name, and none. `named` says which of the two counts. */
  private portsOf(ports: ExpectedPorts, named: (port: NamedPort) => ConnectionSet): Ports {
    if (this.direction === "ingress") return portsOn(ports, this.subject);
    if (ports === "all") return { certain: ConnectionSet.all, possible: ConnectionSet.all };
    const sets = ports.map((port) => ("name" in port ? named(port) : numbered(port)));
    const all = sets.reduce((sum, each) => sum.union(each), ConnectionSet.none);
    return { certain: all, possible: all };
  }

  /** All ends that are spoken of: those that others are held against, and those that are excepted. */
  endsBeside(others: readonly UnlistedEnd[]): readonly UnlistedEnd[] {
    return [...others, ...this.exceptions.flatMap((each) => each.ends)];
  }

  /** `kinds`: the namespaces, as these others and the exceptions tell them apart. */
  askAll(entries: readonly UnlistedExposure[], others: readonly UnlistedEnd[], kinds: NamespaceKinds): void {
    for (const entry of entries) {
      if (this.tally.hasFailed) return;
      if (!this.wanted.possible.intersect(entry.connections.possible).isEmpty) this.ask(entry, others, kinds);
    }
  }

  private ask(entry: UnlistedExposure, others: readonly UnlistedEnd[], kinds: NamespaceKinds): void {
    for (const region of this.regionsOf(entry, kinds)) {
      for (const end of others) {
        const inside = inUnlisted(region, end);
        if (inside !== undefined) this.askRegion(entry, inside);
      }
    }
  }

  /** Namespaces that no end tells apart are one: one of them stands for all. */
  private regionsOf({ namespaces: { present, future }, pods }: UnlistedExposure, kinds: NamespaceKinds): readonly LabelRegion[] {
    const regions = kinds.among(present).map((namespace) => presentRegion(namespace, pods));
    return future === undefined ? regions : [...regions, futureRegion(future, pods, kinds.names)];
  }

  /** Each way the exceptions can speak of a pod of the region or not; some may leave nothing to deny. */
  private askRegion(entry: UnlistedExposure, region: LabelRegion): void {
    const tooMany = this.exceptions.length > exceptionLimit;
    const exceptions = tooMany ? [] : this.exceptions;
    const cases = exceptions.reduce<readonly Case[]>(
      (known, { ends, ports }) =>
        known.flatMap(([part, wanted]) => [
          ...ends.flatMap((end) => asCase(inUnlisted(part, end), end.isPerhaps ? wanted : without(wanted, ports))),
          ...outside(part, ends).map((each) => [each, wanted] as const),
        ]),
      [[region, this.wanted]],
    );
    for (const [part, wanted] of cases) this.judge(entry, part, wanted, tooMany);
  }

  private judge({ connections, approximate }: UnlistedExposure, region: LabelRegion, wanted: Ports, tooMany: boolean): void {
    const open = wanted.possible.intersect(connections.possible);
    const labels = open.isEmpty ? undefined : solve(region.conditions);
    if (labels === undefined) return;
    const broken = wanted.certain.intersect(connections.certain);
    const isKnown =
      !broken.isEmpty &&
      approximate === undefined &&
      !tooMany &&
      this.subject.isCertain &&
      region.isCertain &&
      isCertain(region.conditions);
    const witness = (): ReportFlow | undefined => this.witness(region, labels, broken.isEmpty ? open : broken);
    this.tally.add({ result: isKnown ? "failed" : "undecided", witness }, 0);
  }

  /** Puts such a pod into the cluster and asks. */
  private witness(region: LabelRegion, labels: Assignment, connections: ConnectionSet): ReportFlow | undefined {
    const found = connections.first;
    if (found === undefined) return undefined;
    const namespace = region.namespace ?? newNamespace(labels);
    const pod = unlistedPod(namespace, labelsOf(labels, podPrefix));
    const { cluster } = this.evaluation;
    const extended: Cluster = {
      ...cluster,
      namespaces: region.namespace === undefined ? [...cluster.namespaces, namespace] : cluster.namespaces,
      workloads: [...cluster.workloads, pod],
    };
    const [mine, other]: readonly Endpoint[] = [
      { kind: "workload", workload: this.subject.workload },
      { kind: "workload", workload: pod },
    ];
    const ends = this.direction === "ingress" ? { from: other, to: mine } : { from: mine, to: other };
    const answer = verdict(update(this.evaluation, extended), { ...(ends as { from: Endpoint; to: Endpoint }), ...found });
    const named = [unlistedEnd(namespace, pod), workloadEnd(this.subject.workload)] as const;
    const [from, to] = this.direction === "ingress" ? named : ([named[1], named[0]] as const);
    return { from, to, ...found, verdict: answer };
  }
}

type Ports = Match<ConnectionSet>;
type NamedPort = Extract<ExpectedPort, { readonly name: string }>;
/** Some of the pods of a region, and what they must not do. */
type Case = readonly [LabelRegion, Ports];

const asCase = (region: LabelRegion | undefined, wanted: Ports): readonly Case[] =>
  region === undefined || wanted.possible.isEmpty ? [] : [[region, wanted]];

const without = (wanted: Ports, ports: Ports): Ports => ({
  certain: wanted.certain.subtract(ports.possible),
  possible: wanted.possible.subtract(ports.certain),
});

const anyOf = (protocol: Protocol | undefined): ConnectionSet =>
  protocol === undefined ? ConnectionSet.all : ConnectionSet.of(protocol, PortSet.all);

const textsOf = ({ certain, possible }: Ports): readonly string[] => [certain.toString(), possible.toString()];

function inUnlisted(region: LabelRegion, end: UnlistedEnd): LabelRegion | undefined {
  const inside = within(region, end);
  return inside !== undefined && end.isPerhaps ? { ...inside, isCertain: false } : inside;
}

const labelsOf = (labels: Assignment, prefix: string): Labels =>
  Object.fromEntries(
    [...labels].flatMap(([key, value]) => (key.startsWith(prefix) && value !== undefined ? [[key.slice(prefix.length), value]] : [])),
  );

function newNamespace(labels: Assignment): Namespace {
  const own = labelsOf(labels, namespacePrefix);
  return { name: own[nameLabel] ?? "other", labels: own };
}

const unlistedPod = ({ name: namespace }: Namespace, labels: Labels): Workload => ({
  kind: "Pod",
  namespace,
  name: "a pod that is not listed",
  labels,
  ports: [],
  unknownPorts: unknown("the ports of a pod that is not listed"),
  hostNetwork: false,
});

function unlistedEnd(namespace: Namespace, { labels }: Workload): ReportEnd {
  const text = Object.entries(labels).map(([key, value]) => `${key}=${shown(value)}`);
  const others = Object.entries(namespace.labels).filter(([key]) => key !== nameLabel);
  const ofNamespace = others.length === 0 ? "" : ` [${others.map(([key, value]) => `${key}=${shown(value)}`).join(", ")}]`;
  return {
    kind: "unlisted",
    name: `any pod ${text.length === 0 ? "" : `{${text.join(", ")}} `}of namespace ${shown(namespace.name)}${ofNamespace}`,
    namespace: shown(namespace.name),
  };
}
