import { networkPolicySpec } from "../../stacks/constructs/network-policy-spec";
import { allPortsOf, everything, unknown, type NetworkPolicy } from "../../engine/model";

const policy = (parts: Partial<NetworkPolicy>): NetworkPolicy => ({ namespace: "shop", name: "test", subject: everything, ...parts });

describe("a policy for the Kubernetes provider", () => {
  test("names the directions it isolates, and no more", () => {
    expect(networkPolicySpec(policy({ ingress: [] }))).toEqual({ podSelector: {}, policyTypes: ["Ingress"] });
    expect(networkPolicySpec(policy({ egress: [] }))).toEqual({ podSelector: {}, policyTypes: ["Egress"] });
    expect(networkPolicySpec(policy({ ingress: [], egress: [] }))).toEqual({ podSelector: {}, policyTypes: ["Ingress", "Egress"] });
    expect(networkPolicySpec(policy({}))).toEqual({ podSelector: {}, policyTypes: [] });
  });

  test("leaves out peers and ports that mean any", () => {
    expect(networkPolicySpec(policy({ ingress: [{ peers: "any", ports: "any" }] })).ingress).toEqual([{}]);
  });

  test("keeps selectors apart that select everything, from those that are absent", () => {
    const rule = (namespaces: typeof everything | "own") =>
      ({ peers: [{ kind: "pods", namespaces, pods: everything }], ports: "any" }) as const;
    expect(networkPolicySpec(policy({ egress: [rule("own"), rule(everything)] })).egress).toEqual([
      { to: [{ podSelector: {} }] },
      { to: [{ podSelector: {}, namespaceSelector: {} }] },
    ]);
  });

  test("writes expressions and labels of a selector", () => {
    const subject = {
      matchLabels: { app: "web" },
      matchExpressions: [
        { key: "tier", operator: "NotIn", values: ["cache"] },
        { key: "old", operator: "DoesNotExist" },
      ],
    } as const;
    expect(networkPolicySpec(policy({ subject })).podSelector).toEqual(subject);
  });

  test("writes a port as a number, a range, a name, or a protocol alone", () => {
    const ports = [
      { kind: "range", protocol: "TCP", from: 80, to: 80 },
      { kind: "range", protocol: "UDP", from: 8000, to: 8999 },
      { kind: "named", name: "dns", protocol: "UDP" },
      allPortsOf("SCTP"),
    ] as const;
    expect(networkPolicySpec(policy({ ingress: [{ peers: "any", ports }] })).ingress).toEqual([
      {
        ports: [
          { protocol: "TCP", port: "80" },
          { protocol: "UDP", port: "8000", endPort: 8999 },
          { protocol: "UDP", port: "dns" },
          { protocol: "SCTP" },
        ],
      },
    ]);
  });

  test("writes address ranges with what they leave out", () => {
    const peers = [
      { kind: "ipBlock", cidr: "10.0.0.0/8", except: ["10.1.0.0/16"] },
      { kind: "ipBlock", cidr: "192.0.2.0/24", except: [] },
    ] as const;
    expect(networkPolicySpec(policy({ ingress: [{ peers, ports: "any" }] })).ingress).toEqual([
      { from: [{ ipBlock: { cidr: "10.0.0.0/8", except: ["10.1.0.0/16"] } }, { ipBlock: { cidr: "192.0.2.0/24" } }] },
    ]);
  });

  test.each([
    ["a label", policy({ subject: { matchLabels: { app: unknown("`var.app`") } } })],
    ["a selector", policy({ subject: { unknown: unknown("`var.app`") } })],
    ["a peer", policy({ ingress: [{ peers: [{ kind: "unknown", unknown: unknown("`var.app`") }], ports: "any" }] })],
    ["a port", policy({ ingress: [{ peers: "any", ports: [{ kind: "unknown", unknown: unknown("`var.app`") }] }] })],
  ])("refuses %s that is not known, and says where it should come from", (_, broken) => {
    expect(() => networkPolicySpec(broken)).toThrow("a value to deploy is not known: `var.app`; write it out in policies/");
  });
});
