/** Random Services over the alphabet of random clusters, so that they select some of the workloads there. */
import fc from "fast-check";
import type { Cluster, Service } from "../../engine/model";
import { anyLabels, anyPortName, anyPortNumber, anyProtocol } from "./alphabet";

const anyServicePort = fc.record({
  port: fc.constantFrom(80, 443),
  protocol: anyProtocol,
  targetPort: fc.oneof(anyPortNumber, anyPortName),
});

/** The API server refuses a Service that has one number and protocol twice. */
const anyServicePorts = fc.uniqueArray(anyServicePort, {
  minLength: 1,
  maxLength: 2,
  selector: ({ port, protocol }) => `${String(port)}/${protocol}`,
});

/** A Service in namespace ns0 with a selector and one or two ports. */
export const anyService: fc.Arbitrary<Service> = fc
  .record({ labels: anyLabels, ports: anyServicePorts, headless: fc.nat(4).map((n) => n === 0) })
  .map(({ labels, ports, headless }) => ({
    namespace: "ns0",
    name: "service",
    type: "ClusterIP",
    selector: { matchLabels: labels },
    ports,
    headless,
    clusterIps: [],
    externalTrafficPolicy: "Cluster",
    sourceRanges: [],
  }));

/** Random clusters with one random Service. */
export const withService = (clusters: fc.Arbitrary<Cluster>): fc.Arbitrary<Cluster> =>
  fc.tuple(clusters, anyService).map(([cluster, service]) => ({ ...cluster, services: [service] }));
