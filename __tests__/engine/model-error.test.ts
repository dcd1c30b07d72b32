import fc from "fast-check";
import { evaluate, reachability, verdict } from "../../engine";
import { type Cluster, ModelError, type NetworkPolicy, type Workload } from "../../engine/model";
import { cluster, ipBlock, rule, tcp } from "../builders";
import { check } from "../property-runs";

const anyText = fc.oneof(
  fc.string(),
  fc.constantFrom("10.0.0.0/8", "10.0.0.0/33", "010.0.0.1", "::/0", "1.2.3.4", "fe80::1%eth0", "::1/129", "/8", ""),
);
const anyPort = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(0, 1, 65535, 65536));

/** Clusters as no reader would make them: any text for an address, any number for a port. */
const anyNonsense = fc
  .record({ cidr: anyText, except: anyText, from: anyPort, to: anyPort, ip: anyText, nodeAddress: anyText, podCidr: anyText })
  .map(({ cidr, except, from, to, ip, nodeAddress, podCidr }): Cluster => {
    const base = cluster().namespace("x").pod("a").pod("b").build();
    const policy: NetworkPolicy = {
      namespace: "x",
      name: "p",
      subject: {},
      ingress: [{ peers: [{ kind: "ipBlock", cidr, except: [except] }], ports: [{ kind: "range", protocol: "TCP", from, to }] }],
    };
    const workloads = base.workloads.map((workload): Workload => ({ ...workload, pods: [{ name: "one", ips: [ip], node: "n" }] }));
    return { ...base, workloads, policies: [policy], nodes: [{ name: "n", labels: {}, addresses: [nodeAddress] }], podCidrs: [podCidr] };
  });

test("whatever a cluster holds, nothing but a ModelError is thrown", () => {
  const property = fc.property(anyNonsense, anyText, (drawn, address) => {
    try {
      const evaluation = evaluate(drawn);
      const [a, b] = drawn.workloads as [Workload, Workload];
      reachability(evaluation).between(a, b);
      reachability(evaluation).withAddresses(a, "ingress");
      verdict(evaluation, { from: { kind: "address", address }, to: { kind: "workload", workload: b }, protocol: "TCP", port: 80 });
    } catch (error) {
      expect(error).toBeInstanceOf(ModelError);
      expect((error as Error).message).not.toBe("");
    }
  });
  check("nonsense", 500, property);
});

test("the message names what is wrong and how it should be written", () => {
  const wrong = cluster()
    .namespace("x")
    .pod("a")
    .policy("p", { ingress: [rule({ peers: [ipBlock("10.0.0/8")], ports: [tcp(80)] })] })
    .build();
  expect(() => evaluate(wrong)).toThrow(
    new ModelError("`10.0.0/8` is not an address or CIDR block; write it like `10.0.0.0/8` or `2001:db8::/32`"),
  );
});

test("a workload of another cluster is named", () => {
  const own = cluster().namespace("x").pod("a").build();
  const here = evaluate(own);
  const elsewhere = cluster().namespace("y").pod("stranger").build().workloads[0] as Workload;
  expect(() => reachability(here).between(own.workloads[0] as Workload, elsewhere)).toThrow(ModelError);
  expect(() => reachability(here).withAddresses(elsewhere, "egress")).toThrow(
    "workload `stranger` is not part of the cluster that was evaluated",
  );
  const end = { kind: "workload", workload: elsewhere } as const;
  expect(() => verdict(here, { from: end, to: end, protocol: "TCP", port: 80 })).toThrow(ModelError);
});
