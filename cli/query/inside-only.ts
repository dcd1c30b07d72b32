import { type Evaluation, IpSet, parseAddress } from "../../engine";
import { internet } from "../../engine/lint/internet";
import { type ExplainedMoment } from "../../engine/report";
import { AddressNames } from "./address-names";
import type { AskedPort } from "./asked-ports";
import type { FoundEndpoint, FoundService, Moment } from "./explained-moment";

/**
 * A client at an address and a Service that answers inside the cluster only, at an address that nodes translate: nobody outside gets there,
 * whatever policies say. An address that may be a pod's or a node's gets the policies' answer, with a remark. `undefined` for other ends.
 */
export function insideOnlyMoment(
  evaluation: Evaluation,
  from: FoundEndpoint,
  to: FoundService,
  { port }: AskedPort,
  answer: () => Moment,
): Moment | undefined {
  const { endpoint } = from;
  if (endpoint.kind !== "address" || !isInsideOnly(to)) return undefined;
  if (isNode(evaluation, endpoint.address)) return undefined;
  if (mayBeInside(evaluation, endpoint.address)) {
    const moment = answer();
    const remark = `Service ${to.end.name} is of type ClusterIP, which answers pods and nodes of the cluster only: what is told here holds of their addresses`;
    return { ...moment, remarks: [...moment.remarks, remark] };
  }
  return {
    connections: { certain: "none", possible: "none" },
    flows: [],
    outcomes: ["denied"],
    unknowns: [],
    service: { name: to.end.name, port, backends: [], refused: "inside-only" },
    remarks: [],
  };
}

/** Headless Services lead to the pods' own addresses, which may be reached from anywhere that routes there. */
const isInsideOnly = ({ service }: FoundService): boolean =>
  service.type === "ClusterIP" && service.unknownType === undefined && !service.headless && service.unknownClusterIps === undefined;

const isNode = ({ cluster }: Evaluation, address: string): boolean => new AddressNames(cluster).ofNodes.contains(parseAddress(address));

/** While the ranges of pods or the nodes are not known, any address may be inside but those that no cluster has. */
function mayBeInside({ cluster }: Evaluation, text: string): boolean {
  const address = parseAddress(text);
  const isHidden = [cluster.unknownPodCidrs, cluster.unknownNodes].some((each) => each !== undefined) || cluster.podCidrs === undefined;
  return new AddressNames(cluster).ofPods.contains(address) || (isHidden && !strangers.contains(address));
}

/** Public addresses of IPv4, and those that are kept for documentation: IPv6 addresses of pods are public themselves. */
const strangers = IpSet.unionOf([
  internet.ofFamily("IPv4"),
  ...["192.0.2.0/24", "198.51.100.0/24", "2001:db8::/32", "3fff::/20"].map((each) => IpSet.cidr(each)),
]);

/** Sets of addresses that get answers of their own from a Service, beside those that policies tell apart. */
export const serviceBorders = ({ cluster }: Evaluation, { service }: FoundService): readonly IpSet[] => [
  strangers,
  new AddressNames(cluster).ofPods,
  ...service.sourceRanges.map((each) => IpSet.cidr(each)),
];

/** What lets somebody outside in. */
export const waysIn = ({ name }: { readonly name: string }): ExplainedMoment["remedies"] => [
  {
    goal: "allow",
    description: `give Service ${name} a way in, by \`type: LoadBalancer\`, \`type: NodePort\` or an Ingress before it; or connect from a pod of the cluster`,
    alsoOpens: ["everybody who reaches that way in, as far as policies admit them to the pods behind the Service"],
  },
];
