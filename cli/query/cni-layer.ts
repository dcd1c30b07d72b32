import { type CniFlow, type Connections, ConnectionSet, reachability, type VpcCniEvaluation } from "../../engine";
import { isUnknown, type Outcome } from "../../engine/model";
import type { ExplainedLayer, ExplainReport } from "../../engine/report";
import { causeText, cniVerdictText, pingText, remarkLines } from "../../outputs/vpc-cni-sentences";
import type { ClusterState } from "../analysis";
import type { AskedPort } from "./asked-ports";
import { enforcedCluster } from "./cni";
import type { EndPair } from "./explained-ends";
import type { Moment } from "./explained-moment";

/**
 * How what was asked about fares under the VPC CNI: where the input holds the infrastructure, and wherever the answer differs from the
 * specification's. Through a Service the flow is asked about as it is sent, to the Service's own address and port.
 */
export function cniLayer(state: ClusterState, { from, to }: EndPair, moment: Moment, asked: Asked): ExplainReport["layers"] {
  const { cni, facts } = enforcedCluster(state);
  const flows =
    asked === "every" ? everyFlow(cni, from, to) : to.kind === "service" ? serviceFlows(from, to, asked, moment) : portFlows(moment);
  const answers = flows
    .map(({ flow, ports, specification }) => ({ flow, ports, specification, answer: cni.verdict(flow) }))
    .filter(({ specification, answer }) => facts !== undefined || answer.outcome !== specification);
  const layers = answers.map(({ flow, ports, answer }) => {
    const cause = cni.cause(flow);
    const why = cause === undefined ? "" : `; ${causeText(cause)}`;
    return { layer: "vpc-cni" as const, outcome: answer.outcome, message: `${ports}: ${cniVerdictText(answer)}${why}` };
  });
  const remarks =
    facts === undefined ? [] : [...pingRemarks(cni, from, to, asked), ...remarkLines(answers.flatMap(({ answer }) => answer.caveats))];
  return withRemarks([...new Map(layers.map((each) => [`${each.outcome} ${each.message}`, each])).values()], remarks);
}

/** ICMP has no ports, so it belongs to a question about all of them; where policies do not apply it is like any other packet. */
function pingRemarks(cni: VpcCniEvaluation, from: EndPair["from"], to: EndPair["to"], asked: Asked): readonly string[] {
  if (asked !== "every" || to.kind === "service") return [];
  const answer = cni.ping(from.endpoint, to.endpoint);
  return answer.specification === "allowed" ? [] : [pingText(answer)];
}

/** Remarks are about the ends, not about one port: they stand once, at the last. */
const withRemarks = (layers: readonly ExplainedLayer[], remarks: readonly string[]): readonly ExplainedLayer[] =>
  remarks.length === 0 ? layers : layers.map((layer, index) => (index === layers.length - 1 ? { ...layer, remarks } : layer));

/** The ports that were asked about. */
type Asked = readonly AskedPort[] | "every";

interface AskedFlow {
  readonly flow: CniFlow;
  /** Every port it stands for. */
  readonly ports: string;
  readonly specification: Outcome;
}

const portText = ({ protocol, port }: Pick<CniFlow, "protocol" | "port">): string => `${protocol} ${String(port)}`;

const portFlows = ({ flows }: Moment): readonly AskedFlow[] =>
  flows.map(({ flow, verdict }) => ({ flow, ports: portText(flow), specification: verdict.outcome }));

/** One flow for all ports to which both give one answer each. */
function everyFlow(cni: VpcCniEvaluation, from: EndPair["from"], to: EndPair["to"]): readonly AskedFlow[] {
  if (to.kind === "service") return [];
  const ends = { from: from.endpoint, to: to.endpoint };
  const specified = byOutcome(reachability(cni.specification).connections(ends.from, ends.to));
  const enforced = byOutcome(cni.connections(ends.from, ends.to));
  return specified.flatMap(([specification, ours]) =>
    enforced.flatMap(([, theirs]) => {
      const ports = ours.intersect(theirs);
      const { first } = ports;
      return first === undefined
        ? []
        : [{ flow: { ...ends, ...first }, ports: ports.isAll ? "every port" : ports.toString(), specification }];
    }),
  );
}

const byOutcome = ({ certain, possible }: Connections): readonly (readonly [Outcome, ConnectionSet])[] => [
  ["allowed", certain],
  ["undecided", possible.subtract(certain)],
  ["denied", ConnectionSet.all.subtract(possible)],
];

/** What is sent to a Service; without a name of its own known before apply, nothing can be asked. */
function serviceFlows(
  from: EndPair["from"],
  { service: { namespace, name } }: Extract<EndPair["to"], { readonly kind: "service" }>,
  asked: readonly AskedPort[],
  { outcomes }: Moment,
): readonly AskedFlow[] {
  if (isUnknown(namespace) || isUnknown(name)) return [];
  const [only, ...others] = new Set(outcomes);
  const specification = only === undefined ? "denied" : others.length > 0 ? "undecided" : only;
  const to = { kind: "service", service: { namespace, name } } as const;
  return asked.map(({ protocol, port }) => {
    const flow = { from: from.endpoint, to, protocol, port };
    return { flow, ports: portText(flow), specification };
  });
}
