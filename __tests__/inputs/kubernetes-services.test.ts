import { unknown } from "../../engine/model";
import { toCluster } from "../../inputs/kubernetes";
import type { JsonObject } from "../../inputs/objects";
import { clusterOf, located } from "./kubernetes-objects";

describe("Services", () => {
  test("a Service is read with its defaults", () => {
    const text = `
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, clusterIP: 10.96.0.1, ports: [{port: 80}, {name: dns, port: 53, protocol: UDP, targetPort: dns, nodePort: 30053}]}
`;
    expect(clusterOf(text).services).toMatchObject([
      {
        namespace: "shop",
        name: "web",
        type: "ClusterIP",
        selector: { matchLabels: { app: "web" } },
        ports: [
          { port: 80, protocol: "TCP", targetPort: 80 },
          { name: "dns", port: 53, protocol: "UDP", targetPort: "dns", nodePort: 30053 },
        ],
        headless: false,
        clusterIps: ["10.96.0.1"],
        externalTrafficPolicy: "Cluster",
        sourceRanges: [],
      },
    ]);
  });

  test("what is not known of a Service stays not known", () => {
    const later = (field: string) => unknown(`var.${field}`);
    const read = (spec: JsonObject) =>
      toCluster([located({ apiVersion: "v1", kind: "Service", metadata: { name: "a" }, spec })]).value.services[0];
    const spec = {
      type: later("type"),
      clusterIP: later("ip"),
      externalTrafficPolicy: later("policy"),
      loadBalancerSourceRanges: ["192.0.2.0/24", later("range")],
      ports: [{ port: 80 }, { port: 81, protocol: later("protocol") }],
    };
    expect(read(spec)).toMatchObject({
      unknownType: later("type"),
      unknownClusterIps: later("ip"),
      unknownExternalTrafficPolicy: later("policy"),
      sourceRanges: ["192.0.2.0/24"],
      unknownSourceRanges: later("range"),
      ports: [{ port: 80, protocol: "TCP", targetPort: 80 }],
      unknownPorts: later("protocol"),
    });
    expect(
      read({ ports: later("ports"), loadBalancerSourceRanges: later("ranges"), clusterIPs: ["10.96.0.1", later("second")] }),
    ).toMatchObject({
      ports: [],
      unknownPorts: later("ports"),
      unknownSourceRanges: later("ranges"),
      clusterIps: ["10.96.0.1"],
      unknownClusterIps: later("second"),
    });
    const known = read({ type: "NodePort", clusterIP: "None", clusterIPs: later("ips"), ports: [{ port: 80 }] });
    expect(Object.keys(known ?? {}).filter((field) => field.startsWith("unknown"))).toEqual([]);
  });

  test("a Service with an empty selector has none, and one without a cluster address is headless", () => {
    const text = "{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {selector: {}, clusterIP: None}}";
    const [service] = clusterOf(text).services;
    expect(service).toMatchObject({ headless: true, clusterIps: [] });
    expect(service).not.toHaveProperty("selector");
  });
});
