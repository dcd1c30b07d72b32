import type { Evaluation } from "../../evaluation";
import { type PortMatch, type Protocol, protocols, type Workload } from "../../model";
import { declaredPorts, destinationsOf } from "../named-ports";
import { fieldOf, refOf, type WrittenRule, writtenRules } from "../policy-rules";
import { firstWorkload, peerEnds, subjectsOf } from "../rule-ends";
import type { LintContext, LintRule, RuleFinding } from "../rule";
import type { IndexSet } from "../../sets/index-set";
import { verdict } from "../../verdict";
import { type FlowWitness, witnessed, workloadEnd } from "../witness";
import { nameOf, placed, policyObject, quoted } from "../words";

export const np106PortProtocolMismatch: LintRule = {
  code: "NP106",
  name: "port-protocol-mismatch",
  title: "A rule opens a port with one protocol, and the pods declare it with another",
  severity: "warning",
  category: "correctness",
  check(context) {
    return writtenRules(context.evaluation).flatMap((written) => findings(context, written));
  },
};

/** A port that is declared with another protocol than the entry's. */
interface Mismatch {
  readonly text: string;
  readonly entry: Protocol;
  readonly declared: Protocol;
  readonly pods: IndexSet;
}

function findings(context: LintContext, written: WrittenRule): readonly RuleFinding[] {
  const { evaluation } = context;
  const { rule, policy, direction } = written;
  if (rule.ports === "any") return [];
  const destinations = destinationsOf(evaluation, written);
  if (destinations.isEmpty || destinations.intersects(declaredPorts(evaluation).unclear)) return [];
  return rule.ports.flatMap((port, index) => {
    const mismatch = mismatchOf(evaluation, written, port, destinations);
    if (mismatch === undefined) return [];
    const pod = firstWorkload(evaluation, mismatch.pods.members());
    const witness = pod === undefined ? undefined : declaredFlow(context, written, port, mismatch.declared, pod);
    // Another rule may open what this one misses.
    if (pod === undefined || witness === "allowed") return [];
    return [
      {
        subject: policyObject(policy),
        message: `the rule opens ${mismatch.entry} ${mismatch.text}, but ${nameOf(pod)} declares that port for ${mismatch.declared}, which stays closed`,
        advice: `set the entry's \`protocol\` to ${mismatch.declared}, or correct the protocol of the container's port`,
        ...placed(policy),
        field: fieldOf(written, { port: index }),
        because: [refOf(written, { port: index })],
        key: `${direction} ${mismatch.entry} ${mismatch.text}`,
        ...witnessed(witness),
      },
    ];
  });
}

function mismatchOf(
  evaluation: Evaluation,
  { policy, direction }: WrittenRule,
  port: PortMatch,
  destinations: IndexSet,
): Mismatch | undefined {
  if (port.kind === "unknown" || port.protocol === undefined || (port.kind === "range" && port.from !== port.to)) return undefined;
  const ports = declaredPorts(evaluation);
  const entry = port.protocol;
  const holders = (protocol: Protocol): IndexSet =>
    destinations.intersect(port.kind === "named" ? ports.named(port.name, protocol) : ports.numbered(protocol, port.from));
  if (!holders(entry).isEmpty) return undefined;
  const written = (policy[direction] ?? []).flatMap((rule) => (rule.ports === "any" ? [] : rule.ports));
  const declared = protocols.find(
    (protocol) => protocol !== entry && !holders(protocol).isEmpty && !written.some((each) => isSamePort(each, port, protocol)),
  );
  if (declared === undefined) return undefined;
  return { text: port.kind === "named" ? quoted(port.name) : String(port.from), entry, declared, pods: holders(declared) };
}

/** Whether an entry opens the same port with another protocol. */
function isSamePort(entry: PortMatch, port: PortMatch, protocol: Protocol): boolean {
  if (entry.kind === "named") return port.kind === "named" && entry.name === port.name && entry.protocol === protocol;
  return entry.kind === "range" && port.kind === "range" && entry.protocol === protocol && entry.from <= port.from && port.to <= entry.to;
}

/** What becomes of the flow that was meant, from pods or addresses, where both its ends are known. */
function declaredFlow(
  context: LintContext,
  written: WrittenRule,
  entry: PortMatch,
  protocol: Protocol,
  pod: Workload,
): FlowWitness | "allowed" | undefined {
  const ends = written.direction === "ingress" ? peerEnds(context, written) : subjectsOf(context.evaluation, written).map(workloadEnd);
  const from = ends.find((end) => end.kind === "address" || end.workload !== pod);
  const declared = pod.ports.find(
    (each) =>
      each.protocol === protocol &&
      (entry.kind === "named" ? each.name === entry.name : entry.kind === "range" && each.port === entry.from),
  );
  if (from === undefined || typeof declared?.port !== "number") return undefined;
  const flow = { from, to: workloadEnd(pod), protocol, port: declared.port };
  const answer = verdict(context.evaluation, flow);
  return answer.outcome === "denied" ? { flow, verdict: answer } : "allowed";
}
