import fc from "fast-check";
import { assumedCniSettings, type CniSettings, type Connections, reachability, reachService, verdict, vpcCni } from "../../../engine";
import type { Cluster, Endpoint, Service } from "../../../engine/model";
import { isUnknown, protocols } from "../../../engine/model";
import { anyCluster } from "../../arbitraries/cluster";
import { anyFlowPick, boundaryAddresses, boundaryPorts, flowOf, pickOf } from "../../arbitraries/flow";
import { anyService } from "../../arbitraries/service";
import { check } from "../../property-runs";

const none = new Set<never>();

const text = ({ certain, possible }: Connections): string => `${certain.toString()} / ${possible.toString()}`;

/** Settings that would change answers, were any deviation switched on. */
const troubled: CniSettings = {
  ...assumedCniSettings,
  enabled: false,
  version: [1, 14, 0],
  mode: "strict",
  ipFamily: "IPv6",
  vethPrefix: "cali",
  bandwidthPlugin: true,
  nodes: { ...assumedCniSettings.nodes, fargate: [{ namespace: "*", labels: {} }] },
};

const anySettings = fc.constantFrom(assumedCniSettings, troubled);

describe("with every deviation switched off, the VPC CNI is the specification", () => {
  test("for verdicts and connections between any two ends", () => {
    const clusters = anyCluster({ tiers: true, hostNetwork: true });
    const property = fc.property(
      clusters,
      anySettings,
      fc.array(anyFlowPick, { minLength: 8, maxLength: 8 }),
      (cluster, settings, picks) => {
        const cni = vpcCni(cluster, settings, none);
        const reach = reachability(cni.specification);
        for (const pick of picks) {
          const flow = flowOf(cluster, pick);
          expect(text(cni.connections(flow.from, flow.to))).toBe(text(reach.connections(flow.from, flow.to)));
          expect(cni.verdict(flow).outcome).toBe(verdict(cni.specification, flow).outcome);
        }
      },
    );
    check("VPC CNI without deviations, ends", 300, property);
  });

  test("for Services", () => {
    const anyServices = fc.array(anyService, { minLength: 1, maxLength: 2 });
    const property = fc.property(anyCluster(), anyServices, anySettings, fc.nat(99), (drawn, services, settings, place) => {
      const cluster = withServices(drawn, services);
      const cni = vpcCni(cluster, settings, none);
      const from: Endpoint = { kind: "workload", workload: pickOf(cluster.workloads, place) };
      for (const each of cluster.services) {
        for (const { port, protocol } of each.ports) {
          if (isUnknown(port) || isUnknown(each.name)) continue;
          const service = { namespace: "ns0", name: each.name };
          const { outcome } = cni.verdict({ from, to: { kind: "service", service }, protocol, port });
          expect(outcome).toBe(reachService(cni.specification, from, service, port, protocol).outcome);
        }
      }
    });
    check("VPC CNI without deviations, Services", 300, property);
  });
});

const withServices = (cluster: Cluster, services: readonly Service[]): Cluster => ({
  ...cluster,
  services: services.map((service, place) => ({ ...service, name: `service${String(place)}` })),
});

test("every probe of the properties above is a real one", () => {
  fc.assert(
    fc.property(anyCluster(), (cluster) => {
      expect(boundaryPorts(cluster).length * protocols.length).toBeGreaterThan(0);
      expect(boundaryAddresses(cluster).length).toBeGreaterThan(0);
    }),
    { numRuns: 5 },
  );
});
