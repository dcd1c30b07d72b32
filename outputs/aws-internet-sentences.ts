import {
  type AwsNetwork,
  internetToLoadBalancer,
  internetToNode,
  internetToPod,
  type NetworkAnswer,
  nodePorts,
  podToInternet,
} from "../engine/aws-network";
import type { IpSet } from "../engine";
import { internet } from "../engine/lint/internet";
import { type Cluster, shown } from "../engine/model";
import { connectionsText, counted } from "./sentences";

/** What an AWS network lets pass between pods and the internet, one sentence each: what exposure by policies is subject to besides. */
export function internetNotes(network: AwsNetwork, { services }: Pick<Cluster, "services">): readonly string[] {
  return [
    `AWS network, from the internet to pods: ${enteringText(internetToPod(network, internet))}`,
    `AWS network, from the internet to nodes: ${enteringText(internetToNode(network, internet))}${nodePortText(network, services)}`,
    ...loadBalancerTexts(network, services),
    `AWS network, from pods to the internet: ${leavingText(network)}`,
  ];
}

/** What strangers can open on some node counts, even if other nodes are closed. */
const enteringText = ({ onSome, possible }: NetworkAnswer): string =>
  connectionsText({ certain: onSome.toString(), possible: possible.toString() });

/** A family by itself, as nearly no network has ways out for both. */
const leavingText = (network: AwsNetwork): string =>
  byFamily((addresses) => {
    const { certain, possible } = podToInternet(network, addresses);
    return connectionsText({ certain: certain.toString(), possible: possible.toString() });
  });

const byFamily = (textOf: (addresses: IpSet) => string): string =>
  (["IPv4", "IPv6"] as const).map((family) => `${family} (${textOf(internet.ofFamily(family))})`).join(", ");

function nodePortText(network: AwsNetwork, services: Cluster["services"]): string {
  const behind = services.filter(({ type }) => type === "NodePort" || type === "LoadBalancer");
  const open = internetToNode(network, internet).possible.intersect(nodePorts);
  return behind.length === 0 || open.isEmpty ? "" : `, node ports of ${counted(behind.length, "Service")} among them`;
}

const loadBalancerTexts = (network: AwsNetwork, services: Cluster["services"]): readonly string[] =>
  services
    .filter(({ type }) => type === "LoadBalancer")
    .map((service) => {
      const name = `${shown(service.namespace)}/${shown(service.name)}`;
      const text = byFamily((addresses) => enteringText(internetToLoadBalancer(network, service, addresses)));
      const isOpen = !internetToLoadBalancer(network, service, internet).possible.isEmpty;
      const condition = isOpen ? "; an annotation decides whether it faces the internet" : "";
      return `AWS network, from the internet to the load balancer of Service ${name}: ${text}${condition}`;
    });
