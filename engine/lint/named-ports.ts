import type { Evaluation } from "../evaluation";
import { type ContainerPort, type PortMatch } from "../model";
import type { PodGroup } from "../matching/pod-groups";
import type { WrittenRule } from "./policy-rules";
import { selectedPods } from "./selected-pods";
import { type IndexSet } from "../sets/index-set";

/** Whose ports a rule speaks of: the pods it selects for ingress, the pods its peers name for egress. */
export function destinationsOf(evaluation: Evaluation, { place, direction, matches }: WrittenRule): IndexSet {
  const { universe } = evaluation;
  if (direction === "ingress")
    return universe.of(
      selectedPods(evaluation)
        .ofPolicy(place)
        .map(({ index }) => index),
    );
  const named = matches.map(({ peers }) =>
    peers === undefined
      ? universe.allPods
      : peers.reduce((all, { possible }) => all.union(possible), universe.none).intersect(universe.allPods),
  );
  return named.reduce((all, each) => all.union(each), universe.none);
}

/** Which pods declare which ports; worked out once for all rules. */
export class DeclaredPorts {
  private readonly byName = new Map<string, number[]>();
  private readonly byNumber = new Map<string, number[]>();
  private readonly sets = new Map<readonly number[], IndexSet>();
  private readonly notKnown: IndexSet;

  constructor(private readonly evaluation: Evaluation) {
    const groups = evaluation.universe.groups.all;
    for (const group of groups) for (const port of group.ports) this.add(group, port);
    this.notKnown = evaluation.universe.of(
      groups
        .filter(({ ports, unknownPorts }) => unknownPorts !== undefined || ports.some(({ port }) => typeof port !== "number"))
        .map(({ index }) => index),
    );
  }

  /** Pods of which something about their ports is not known. */
  get unclear(): IndexSet {
    return this.notKnown;
  }

  /** The pods that declare a port by this name; without a protocol, by any. */
  named(name: string, protocol?: string): IndexSet {
    return this.setOf(this.byName.get(`${protocol ?? ""} ${name}`));
  }

  /** The pods that declare a port of this number and protocol. */
  numbered(protocol: string, port: number): IndexSet {
    return this.setOf(this.byNumber.get(`${protocol} ${String(port)}`));
  }

  private add({ index }: PodGroup, { name, port, protocol }: ContainerPort): void {
    if (name !== undefined) for (const key of [`${protocol} ${name}`, ` ${name}`]) append(this.byName, key, index);
    if (typeof port === "number") append(this.byNumber, `${protocol} ${String(port)}`, index);
  }

  private setOf(members: readonly number[] | undefined): IndexSet {
    const { universe } = this.evaluation;
    if (members === undefined) return universe.none;
    const known = this.sets.get(members) ?? universe.of(members);
    this.sets.set(members, known);
    return known;
  }
}

const known = new WeakMap<Evaluation, DeclaredPorts>();

/** The declared ports of an evaluation, collected when first asked for. */
export function declaredPorts(evaluation: Evaluation): DeclaredPorts {
  const found = known.get(evaluation) ?? new DeclaredPorts(evaluation);
  known.set(evaluation, found);
  return found;
}

/** The entries of a rule's `ports` that are names, with their places. */
export function namedEntries(
  ports: readonly PortMatch[] | "any",
): readonly { readonly port: Extract<PortMatch, { readonly kind: "named" }>; readonly index: number }[] {
  return ports === "any" ? [] : ports.flatMap((port, index) => (port.kind === "named" ? [{ port, index }] : []));
}

function append(lists: Map<string, number[]>, key: string, member: number): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [member]);
  else if (list[list.length - 1] !== member) list.push(member);
}
