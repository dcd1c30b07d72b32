import fc from "fast-check";
import { vpcCni } from "../../../engine";
import {
  type Cluster,
  type NetworkPolicy,
  type Peer,
  type PortMatch,
  protocols,
  type Rule,
  type Service,
  shown,
} from "../../../engine/model";
import { anyCluster } from "../../arbitraries/cluster";
import { boundaryAddresses, boundaryPorts, pickOf } from "../../arbitraries/flow";
import { anyService } from "../../arbitraries/service";
import { check } from "../../property-runs";
import { agentAllows, podFlowAllowed, type RunningPod, runningPods, servicePorts } from "../../reference/vpc-cni";
import { current } from "./cases";

/** Every pod has one IPv4 address and no two share an identifier; blocks are IPv4 and there is no more of anything than fits. */
function concrete(drawn: Cluster, services: readonly Service[]): Cluster {
  const workloads = drawn.workloads.map((workload, place) => ({
    ...workload,
    kind: "StatefulSet" as const,
    hostNetwork: false,
    pods: [0, 1].map((replica) => ({
      name: `${shown(workload.name)}-${String(replica)}`,
      ips: [`10.0.${String(replica)}.${String(place)}`],
      node: pickOf(["node0", "node1", "elsewhere"], place + replica),
    })),
    replicas: 2,
  }));
  return {
    ...drawn,
    workloads,
    policies: drawn.policies.map(inFamily),
    services: services.map((service, place) => ({
      ...service,
      headless: false,
      ports: service.ports.filter(
        ({ port, protocol }, at) => service.ports.findIndex((each) => each.port === port && each.protocol === protocol) === at,
      ),
      name: `s${String(place)}`,
      clusterIps: [`172.20.0.${String(place)}`],
    })),
    nodes: drawn.nodes.map((node) => ({ ...node, addresses: node.addresses.slice(0, 1) })),
  };
}

function inFamily(policy: NetworkPolicy): NetworkPolicy {
  const rules = (list: readonly Rule[]): readonly Rule[] =>
    list.map((rule) => ({ ...rule, peers: rule.peers === "any" ? rule.peers : rule.peers.filter(isIpv4) }));
  return {
    ...policy,
    ...(policy.ingress === undefined ? {} : { ingress: rules(policy.ingress) }),
    ...(policy.egress === undefined ? {} : { egress: rules(policy.egress) }),
  };
}

const isIpv4 = (peer: Peer): boolean => peer.kind !== "ipBlock" || !shown(peer.cidr).includes(":");

const end = ({ workload, pod }: RunningPod) => ({ kind: "workload", workload, pod }) as const;

const anyTown = fc
  .tuple(anyCluster(), fc.array(anyService, { minLength: 1, maxLength: 2 }))
  .map(([drawn, services]) => concrete(drawn, services));
const anyPicks = fc.array(fc.tuple(fc.nat(999), fc.nat(999), fc.nat(2), fc.nat(9_999)), { minLength: 12, maxLength: 12 });
const settings = { ...current, serviceCidrs: ["172.20.0.0/16"] };

describe("the evaluator says what the controller and the agent do with concrete addresses", () => {
  test("between pods", () => {
    const property = fc.property(anyTown, anyPicks, (town, picks) => {
      const cni = vpcCni(town, settings);
      const pods = runningPods(town);
      for (const [from, to, kind, at] of picks) {
        const [source, target] = [pickOf(pods, from), pickOf(pods, to)];
        const [protocol, port] = [pickOf(protocols, kind), pickOf(boundaryPorts(town), at)];
        const { outcome } = cni.verdict({ from: end(source), to: end(target), protocol, port });
        expect(outcome).toBe(podFlowAllowed(town, source, target, protocol, port) ? "allowed" : "denied");
      }
    });
    check("VPC CNI and its reference, pods", 100, property);
  });

  test("between pods and addresses", () => {
    const property = fc.property(anyTown, anyPicks, (town, picks) => {
      const cni = vpcCni(town, settings);
      const addresses = boundaryAddresses(town).filter((address) => !address.includes(":"));
      for (const [from, to, kind, at] of picks) {
        const pod = pickOf(runningPods(town), from);
        const packet = { address: pickOf(addresses, to), protocol: pickOf(protocols, kind), port: pickOf(boundaryPorts(town), at) };
        const outside = { kind: "address", address: packet.address } as const;
        const out = cni.verdict({ from: end(pod), to: outside, protocol: packet.protocol, port: packet.port });
        const into = cni.verdict({ from: outside, to: end(pod), protocol: packet.protocol, port: packet.port });
        const wanted = (["egress", "ingress"] as const).map((direction) =>
          agentAllows(town, pod, direction, packet) ? "allowed" : "denied",
        );
        expect([out.outcome, into.outcome]).toEqual(wanted);
      }
    });
    check("VPC CNI and its reference, addresses", 100, property);
  });

  test("from pods to the addresses of Services", () => {
    const property = fc.property(anyTown, anyPicks, (town, picks) => {
      const cni = vpcCni(town, settings);
      for (const [from, to, ,] of picks) {
        const pod = pickOf(runningPods(town), from);
        const service = pickOf(town.services, to);
        for (const { port, protocol } of service.ports) {
          const packet = { address: service.clusterIps[0] ?? "", protocol, port: Number(port) };
          const target = { kind: "service", service: { namespace: "ns0", name: shown(service.name) } } as const;
          const { egress } = cni.verdict({ from: end(pod), to: target, protocol, port: packet.port });
          // Two entries can depend on the order and open the same together: undecided then, which is not wrong.
          const isChance = isLookedUpByChance(town, service);
          const outcomes = new Set((isChance ? orders(town) : [town]).map((each) => outcome(each, pod, packet)));
          const wanted = isChance && egress.outcome === "undecided" ? outcomes : new Set([egress.outcome]);
          expect({ packet, outcomes }).toEqual({ packet, outcomes: wanted });
        }
      }
    });
    check("VPC CNI and its reference, Services", 150, property);
  });
});

/** The cluster as the controller may list it, with each workload first once. */
const orders = (town: Cluster): readonly Cluster[] =>
  town.workloads.map((_, place) => ({ ...town, workloads: [...town.workloads.slice(place), ...town.workloads.slice(0, place)] }));

/** Whether some port of a rule is looked up as one port of the Service or as another, by the order. */
function isLookedUpByChance(town: Cluster, service: Service): boolean {
  const rules = town.policies.flatMap(({ egress = [] }) => egress.map(({ ports }) => (ports === "any" ? [] : ports)));
  const lookups = (ports: readonly PortMatch[], port: PortMatch): readonly string[] =>
    orders(town).map((each) => JSON.stringify(servicePorts(each, service, port, ports)));
  return rules.some((ports) => ports.some((port) => new Set(lookups(ports, port)).size > 1));
}

const outcome = (town: Cluster, pod: RunningPod, packet: Parameters<typeof agentAllows>[3]): string =>
  agentAllows(town, pod, "egress", packet) ? "allowed" : "denied";
