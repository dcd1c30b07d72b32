import type { CniFlow } from "../../engine";
import { isUnknown } from "../../engine/model";
import type { ExplainReport } from "../../engine/report";
import { cniVerdictText } from "../../outputs/vpc-cni-sentences";
import type { ClusterState } from "../analysis";
import type { AskedPort } from "./asked-ports";
import { enforcedCluster } from "./cni";
import type { EndPair } from "./explained-ends";
import type { Moment } from "./explained-moment";

/**
 * How what was asked about fares under the VPC CNI: where the input holds the infrastructure, and wherever the answer differs from the
 * specification's. Through a Service the flow is asked about as it is sent, to the Service's own address and port.
 */
export function cniLayer(
  state: ClusterState,
  { from, to }: EndPair,
  moment: Moment,
  asked: readonly AskedPort[] | "every",
): ExplainReport["layers"] {
  const { cni, facts } = enforcedCluster(state);
  const service = to.kind === "service" && asked !== "every" ? serviceFlows(from, to, asked, moment) : undefined;
  const flows: readonly Asked[] = service ?? moment.flows.map(({ flow, verdict }) => ({ flow, specification: verdict.outcome }));
  const layers = flows.flatMap(({ flow, specification }) => {
    const answer = cni.verdict(flow);
    if (facts === undefined && answer.outcome === specification) return [];
    return [
      { layer: "vpc-cni" as const, outcome: answer.outcome, message: `${flow.protocol} ${String(flow.port)}: ${cniVerdictText(answer)}` },
    ];
  });
  return [...new Map(layers.map((each) => [`${each.outcome} ${each.message}`, each])).values()];
}

interface Asked {
  readonly flow: CniFlow;
  readonly specification: ExplainReport["layers"][number]["outcome"];
}

/** What is sent to a Service; without a name of its own known before apply, nothing can be asked. */
function serviceFlows(
  from: EndPair["from"],
  { service: { namespace, name } }: Extract<EndPair["to"], { readonly kind: "service" }>,
  asked: readonly AskedPort[],
  { outcomes }: Moment,
): readonly Asked[] {
  if (isUnknown(namespace) || isUnknown(name)) return [];
  const [only, ...others] = new Set(outcomes);
  const specification = only === undefined ? "denied" : others.length > 0 ? "undecided" : only;
  const to = { kind: "service", service: { namespace, name } } as const;
  return asked.map(({ protocol, port }) => ({ flow: { from: from.endpoint, to, protocol, port }, specification }));
}
