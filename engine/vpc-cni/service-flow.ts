import { hasOnePod } from "../exemption";
import type { Interpretation } from "../interpretation";
import { type Endpoint, isUnknown, type Outcome, type Protocol, type Service, type ServicePort, type Workload } from "../model";
import { allOf, type Ternary } from "../selector";
import { type Backend, findPort, type ServiceRef } from "../services/service-backends";
import { hairpinVerdict } from "../services/service-hairpin";
import { cniBetween, isOwnNodeOf, pairAnswers, type Side, sidesOf } from "./cni-between";
import { ServiceEgress, type ServiceRule } from "./service-egress";
import type { RulePeer } from "./contributions";
import type { Ground } from "./ground";
import type { ServiceDirectory } from "./service-directory";
import type { ServicePeers } from "./service-peers";
import type { ServiceTarget } from "./service-lookup";
import { at, type SubjectRows } from "./subject-rows";
import { tierPolicies } from "./tiers";

/** What happens to a flow to a Service at one workload behind it. */
export interface BackendAnswer {
  readonly backend: Backend;
  readonly egress: Outcome;
  readonly ingress: Outcome;
  readonly outcome: Outcome;
}

/** A flow to a Service. */
export interface ServiceAnswerCni {
  readonly outcome: Outcome;
  readonly egress: Outcome;
  readonly backends: readonly BackendAnswer[];
}

type Pod = Extract<Endpoint, { readonly kind: "workload" }>;

/** Answers who reaches Services: out to the Service's own address, and in at the pods behind it. */
export class ServiceFlows {
  private readonly egress: ServiceEgress;

  constructor(
    private readonly rows: SubjectRows,
    private readonly peers: ServicePeers,
    private readonly directory: ServiceDirectory,
  ) {
    this.egress = new ServiceEgress((interpretation) => rows.rowsIn(interpretation), rows.active, peers);
  }

  /** A Service that is not in the cluster is a ModelError. */
  answer(from: Endpoint, ref: ServiceRef, port: number, protocol: Protocol): ServiceAnswerCni {
    const service = this.directory.find(ref);
    if (service.type === "ExternalName") return { outcome: "undecided", egress: "undecided", backends: [] };
    if (service.headless) return this.headless(from, service, port, protocol);
    const found = findPort(service, port, protocol);
    if (found === undefined) return { outcome: "denied", egress: "denied", backends: [] };
    if (isUnknown(found)) return { outcome: "undecided", egress: "undecided", backends: [] };
    return this.translated(from, service, found, protocol);
  }

  /** The workloads whose pods a Service selects, or may. */
  workloadsBehind(service: Service): readonly Workload[] {
    return service.ports.flatMap((port) => (this.directory.behind(service, port) ?? []).map(({ workload }) => workload));
  }

  /** The Services that a peer matches by their own selectors, or may. */
  matching({ peer, policy }: RulePeer, { evaluation }: Ground): readonly Service[] {
    const object = evaluation.cluster.policies[policy];
    return object === undefined ? [] : this.peers.matching(peer, object);
  }

  /** The rules that let a pod out to a Service, or may. */
  rules(from: Endpoint, ref: ServiceRef, port: number, protocol: Protocol): readonly ServiceRule[] {
    const { evaluation } = this.rows.ground;
    const service = this.directory.find(ref);
    const found = findPort(service, port, protocol);
    const [side] = sidesOf(this.rows, from);
    const [interpretation] = evaluation.interpretations;
    const group = side?.end.group;
    if (group === undefined || interpretation === undefined || found === undefined || isUnknown(found)) return [];
    const backends = this.directory.behind(service, found) ?? [];
    const [first] = backends.filter((each) => each.port !== undefined);
    const backend = first?.port === undefined ? {} : { backend: { workload: first.workload, port: first.port } };
    return this.egress.rulesFor(interpretation, group, {
      service,
      port: found,
      behind: backends.map(({ workload }) => workload),
      ...backend,
    });
  }

  private translated(from: Endpoint, service: Service, port: ServicePort, protocol: Protocol): ServiceAnswerCni {
    const backends = this.directory.behind(service, port);
    const behind = (backends ?? []).map(({ workload }) => workload);
    if (backends === undefined) {
      const egress = this.leaves(from, { service, port, behind });
      return { egress, outcome: egress === "denied" ? "denied" : "undecided", backends: [] };
    }
    const answers = backends.flatMap((backend) => this.atBackend(from, service, port, protocol, backend, behind));
    if (answers.length === 0) return { egress: this.leaves(from, { service, port, behind }), outcome: "denied", backends: [] };
    return { egress: agreed(answers.map(({ egress }) => egress)), outcome: combined(answers), backends: answers };
  }

  private atBackend(
    from: Endpoint,
    service: Service,
    port: ServicePort,
    protocol: Protocol,
    backend: Backend,
    behind: readonly Workload[],
  ): readonly BackendAnswer[] {
    const { workload, port: number } = backend;
    if (backend.isEndpoint === "no") return [];
    if (number === undefined) return [{ backend, egress: "undecided", ingress: "undecided", outcome: "undecided" }];
    const target: ServiceTarget = { service, port, behind, backend: { workload, port: number } };
    if (from.kind === "address" || from.workload !== workload)
      return [this.toPod(from, { kind: "workload", workload }, target, backend, protocol)];
    const replicas = hasOnePod(workload) ? [] : [this.toPod(from, { kind: "workload", workload }, target, backend, protocol)];
    return [this.hairpin(from, target, backend, protocol), ...replicas];
  }

  private toPod(from: Endpoint, to: Pod, target: ServiceTarget, backend: Backend, protocol: Protocol): BackendAnswer {
    const { table } = this.rows.ground.evaluation;
    const number = target.backend?.port ?? 0;
    const answers = pairAnswers(this.rows, from, to).map(({ interpretation, from: side, ingress }) => {
      const enters = ternary(table.set(ingress.certain).has(protocol, number), table.set(ingress.possible).has(protocol, number));
      const leaves = this.leavesIn(interpretation, side, target, protocol);
      return { egress: outcomeOf(leaves), ingress: outcomeOf(enters), outcome: outcomeOf(allOf([leaves, enters])) };
    });
    return {
      backend,
      egress: agreed(answers.map(({ egress }) => egress)),
      ingress: agreed(answers.map(({ ingress }) => ingress)),
      outcome: agreed(answers.map(({ outcome }) => outcome)),
    };
  }

  /** Back at its sender, a packet comes as from the node, which is always let in. */
  private hairpin(from: Pod, target: ServiceTarget, backend: Backend, protocol: Protocol): BackendAnswer {
    if (this.rows.active.has("hairpin")) {
      const egress = this.leaves(from, target);
      return { backend, egress, ingress: "allowed", outcome: egress };
    }
    const { outcome } = hairpinVerdict(this.rows.ground.specification, { ...from, protocol, port: target.backend?.port ?? 0 });
    return { backend, egress: outcome, ingress: outcome, outcome };
  }

  /** Whether packets to a port of a Service leave a pod, whichever is meant. */
  private leaves(from: Endpoint, target: ServiceTarget): Outcome {
    const { interpretations } = this.rows.ground.evaluation;
    const sides = sidesOf(this.rows, from);
    return agreed(
      sides.flatMap((side) => interpretations.map((each) => outcomeOf(this.leavesIn(each, side, target, target.port.protocol)))),
    );
  }

  private leavesIn(interpretation: Interpretation, from: Side, target: ServiceTarget, protocol: Protocol): Ternary {
    const { endpoint, end } = from;
    if (endpoint.kind === "address" || end.group === undefined) return "yes";
    const { group } = end;
    const { isEnforced } = this.rows.enforcement(endpoint.workload);
    if (isEnforced === "no") return "yes";
    const rows = this.rows.rowsIn(interpretation);
    const answers = this.rows.worlds(rows, endpoint.workload, group).map((world): Ternary => {
      const isClosed = this.rows.isClosed(rows, group, world);
      if (isClosed !== "no") return isClosed === "yes" ? "no" : "maybe";
      if (tierPolicies(rows, group, "egress").length > 0) return this.underTiers(interpretation, from, target, protocol);
      return this.egress.answer(interpretation, group, target, world);
    });
    const answer = answers.every((each) => each === answers[0]) ? (answers[0] ?? "yes") : "maybe";
    return isEnforced === "maybe" && answer !== "yes" ? "maybe" : answer;
  }

  /** How the plugin's cluster-wide policies treat Services nobody has said; those of the specification look at the pods behind. */
  private underTiers(interpretation: Interpretation, from: Side, { backend }: ServiceTarget, protocol: Protocol): Ternary {
    const { endpoint, end } = from;
    const rows = this.rows;
    if (rows.active.has("aws-kinds") && rows.ground.lists.aws.length > 0) return "maybe";
    if (backend === undefined || endpoint.kind === "address" || end.group === undefined) return "maybe";
    const row = rows.row(interpretation, endpoint.workload, end.group, "egress");
    const { universe, table } = rows.ground.evaluation;
    const answers = universe.groups.ofWorkload(backend.workload).map(({ index }) => {
      const { certain, possible } = at(row, index);
      const isOwn = isOwnNodeOf(rows, "egress", from, { endpoint: { kind: "workload", workload: backend.workload }, end: { index } });
      if (isOwn === "yes") return "yes";
      return ternary(table.set(certain).has(protocol, backend.port), table.set(possible).has(protocol, backend.port));
    });
    return answers.every((each) => each === answers[0]) ? (answers[0] ?? "maybe") : "maybe";
  }

  /** Names of a headless Service lead to the pods themselves. */
  private headless(from: Endpoint, service: Service, port: number, protocol: Protocol): ServiceAnswerCni {
    const { table } = this.rows.ground.evaluation;
    const backends = this.directory.behindTarget(service, port, protocol);
    if (backends === undefined) return { outcome: "undecided", egress: "undecided", backends: [] };
    const answers = backends.flatMap((backend): readonly BackendAnswer[] => {
      const { workload, isEndpoint } = backend;
      if (isEndpoint === "no") return [];
      const to: Endpoint = { kind: "workload", workload };
      const isSelf = from.kind === "workload" && from.workload === workload;
      const itself: readonly BackendAnswer[] = isSelf ? [{ backend, egress: "allowed", ingress: "allowed", outcome: "allowed" }] : [];
      if (isSelf && hasOnePod(workload)) return itself;
      const { certain, possible } = cniBetween(this.rows, from, to);
      const outcome = outcomeOf(ternary(table.set(certain).has(protocol, port), table.set(possible).has(protocol, port)));
      return [...itself, { backend, egress: outcome, ingress: outcome, outcome }];
    });
    return { outcome: combined(answers), egress: agreed(answers.map(({ egress }) => egress)), backends: answers };
  }
}

const ternary = (certain: boolean, possible: boolean): Ternary => (certain ? "yes" : possible ? "maybe" : "no");

/** An answer as that of a flow. */
export const outcomeOf = (answer: Ternary): Outcome => (answer === "yes" ? "allowed" : answer === "no" ? "denied" : "undecided");

/** Answers if they are all the same; undecided otherwise, and where there is none. */
function agreed(outcomes: readonly Outcome[]): Outcome {
  const [first] = outcomes;
  return first !== undefined && outcomes.every((outcome) => outcome === first) ? first : "undecided";
}

/** The answer over all endpoints, as for the specification: those that may be none can only cast doubt. */
function combined(answers: readonly BackendAnswer[]): Outcome {
  const certain = answers.filter(({ backend }) => backend.isEndpoint === "yes");
  const have = (list: readonly BackendAnswer[], wanted: Outcome): boolean => list.some(({ outcome }) => outcome === wanted);
  if (answers.length === 0) return "denied";
  if (certain.length === 0 || have(answers, "undecided")) return "undecided";
  if (!have(answers, "denied")) return "allowed";
  return have(answers, "allowed") ? "undecided" : "denied";
}
