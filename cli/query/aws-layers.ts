import { ConnectionSet, PortSet } from "../../engine";
import { awsNetwork, layersOf } from "../../engine/aws-network";
import type { Endpoint } from "../../engine/model";
import type { ExplainReport, ReportNote } from "../../engine/report";
import { internetNotes } from "../../outputs/aws-internet-sentences";
import { layerMessage } from "../../outputs/aws-network-sentences";
import type { ClusterState } from "../analysis";
import type { AskedPort } from "./asked-ports";
import type { EndPair } from "./explained-ends";
import type { Moment } from "./explained-moment";

/** How what was asked about fares through the AWS network. Empty when the input holds no network. */
export function awsLayers({ resources }: ClusterState, { from }: EndPair, flows: Flows, asked: Asked): ExplainReport["layers"] {
  const network = awsNetwork(resources);
  if (network === undefined) return [];
  const questions = [...byDestination(flows, asked)].map(([to, connections]) => ({ from: from.endpoint, to, connections }));
  const found = questions.flatMap((question) => layersOf(network, question));
  const layers = found.map((answer) => {
    const { layer, outcome, location } = answer;
    return { layer, outcome, message: layerMessage(answer), ...(location === undefined ? {} : { location }) };
  });
  return [...new Map(layers.map((each) => [`${each.layer} ${each.outcome} ${each.message}`, each])).values()];
}

type Flows = Moment["flows"];
type Asked = readonly AskedPort[] | "every";

/** What is asked of each destination. */
function byDestination(flows: Flows, ports: Asked): ReadonlyMap<Endpoint, ConnectionSet> {
  const asked = new Map<Endpoint, ConnectionSet>();
  for (const { flow } of flows) {
    const own = ports === "every" ? ConnectionSet.all : ConnectionSet.of(flow.protocol, PortSet.of(flow.port));
    const key = [...asked.keys()].find((each) => isSame(each, flow.to)) ?? flow.to;
    asked.set(key, (asked.get(key) ?? ConnectionSet.none).union(own));
  }
  return asked;
}

const isSame = (one: Endpoint, other: Endpoint): boolean =>
  one.kind === "workload" && other.kind === "workload"
    ? one.workload === other.workload && one.pod === other.pod
    : one.kind === "address" && other.kind === "address" && one.address === other.address;

/** What the AWS network lets in from the internet and out to it, whatever policies say. Empty when the input holds no network. */
export function awsInternetNotes({ resources, evaluation }: ClusterState): readonly ReportNote[] {
  const network = awsNetwork(resources);
  if (network === undefined) return [];
  return internetNotes(network, evaluation.cluster).map((message) => ({ severity: "note", message, location: {} }));
}
