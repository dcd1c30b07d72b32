import { unknown } from "../../engine/model";
import { clusterOf, policyOf, withoutLocation } from "./kubernetes-objects";

const everyTcpPort = { kind: "range", protocol: "TCP", from: 1, to: 65535 };

describe("policyTypes", () => {
  const ingress = [{}];
  const egress = [{ to: [{ podSelector: {} }] }];

  test.each([
    ["omitted without sections isolates ingress", {}, ["ingress"]],
    ["omitted with an ingress section isolates ingress", { ingress }, ["ingress"]],
    ["omitted with an egress rule isolates both", { egress }, ["ingress", "egress"]],
    ["omitted with an empty egress section leaves egress alone", { egress: [] }, ["ingress"]],
    ["omitted with a null egress section leaves egress alone", { egress: null }, ["ingress"]],
    ["empty is omitted", { policyTypes: [], egress }, ["ingress", "egress"]],
    ["null is omitted", { policyTypes: null, egress }, ["ingress", "egress"]],
    ["Egress alone drops the ingress section", { policyTypes: ["Egress"], ingress, egress }, ["egress"]],
    ["Ingress alone drops the egress section", { policyTypes: ["Ingress"], ingress, egress }, ["ingress"]],
    ["a direction without its section is isolated", { policyTypes: ["Egress"] }, ["egress"]],
  ])("%s", (_, spec, isolated) => {
    const policy = policyOf(spec);
    expect(["ingress", "egress"].filter((direction) => direction in policy)).toEqual(isolated);
  });

  test("a listed direction without a section has no rule", () => {
    expect(policyOf({ policyTypes: ["Ingress", "Egress"] })).toMatchObject({ ingress: [], egress: [] });
  });
});

describe("empty, absent and null", () => {
  const anyRule = { peers: "any", ports: "any" };

  test.each([
    ["an empty list of rules is no rule", { ingress: [] }, []],
    ["null instead of a list of rules is no rule", { ingress: null }, []],
    ["an empty rule allows all", { ingress: [{}] }, [anyRule]],
    ["null as a rule is an empty rule", { ingress: [null] }, [anyRule]],
    ["empty peers and ports are no restriction", { ingress: [{ from: [], ports: [] }] }, [anyRule]],
    ["null peers and ports are no restriction", { ingress: [{ from: null, ports: null }] }, [anyRule]],
    ["an empty port is every TCP port", { ingress: [{ ports: [{}] }] }, [{ peers: "any", ports: [everyTcpPort] }]],
    ["a null port is every TCP port", { ingress: [{ ports: [null] }] }, [{ peers: "any", ports: [everyTcpPort] }]],
  ])("%s", (_, spec, rules) => {
    expect(policyOf(spec).ingress).toEqual(rules);
  });

  test.each([[{}], [{ podSelector: {} }], [{ podSelector: null }], [{ podSelector: { matchLabels: null, matchExpressions: [] } }]])(
    "%j selects every pod of the namespace",
    (spec) => {
      expect(policyOf(spec).subject).toEqual({});
    },
  );

  test("a policy without a spec isolates the ingress of its whole namespace", () => {
    const text = "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: p}}";
    expect(clusterOf(text).policies.map(withoutLocation)).toEqual([{ namespace: "default", name: "p", subject: {}, ingress: [] }]);
  });
});

describe("peers", () => {
  const peersOf = (peer: object): unknown => policyOf({ ingress: [{ from: [peer as never] }] }).ingress?.[0]?.peers;
  const web = { matchLabels: { app: "web" } };
  const team = { matchLabels: { team: "a" } };

  test.each([
    ["a podSelector alone means the own namespace", { podSelector: web }, { kind: "pods", namespaces: "own", pods: web }],
    ["an empty podSelector means all pods of the own namespace", { podSelector: {} }, { kind: "pods", namespaces: "own", pods: {} }],
    ["a namespaceSelector alone means all pods", { namespaceSelector: team }, { kind: "pods", namespaces: team, pods: {} }],
    ["an empty namespaceSelector means all namespaces", { namespaceSelector: {} }, { kind: "pods", namespaces: {}, pods: {} }],
    ["both selectors are one peer", { namespaceSelector: team, podSelector: web }, { kind: "pods", namespaces: team, pods: web }],
    ["a null selector is not given", { namespaceSelector: null, podSelector: web }, { kind: "pods", namespaces: "own", pods: web }],
    ["a block keeps its host bits", { ipBlock: { cidr: "10.1.2.3/8" } }, { kind: "ipBlock", cidr: "10.1.2.3/8", except: [] }],
    [
      "leading zeros are decimal",
      { ipBlock: { cidr: "010.000.000.000/08", except: ["010.1.0.0/16"] } },
      { kind: "ipBlock", cidr: "10.0.0.0/8", except: ["10.1.0.0/16"] },
    ],
    ["IPv4 inside IPv6 is IPv4", { ipBlock: { cidr: "::ffff:10.1.0.0/112" } }, { kind: "ipBlock", cidr: "10.1.0.0/16", except: [] }],
  ])("%s", (_, peer, read) => {
    expect(peersOf(peer)).toEqual([read]);
  });

  test("two entries are two peers", () => {
    expect(policyOf({ egress: [{ to: [{ podSelector: web }, { namespaceSelector: team }] }] }).egress?.[0]?.peers).toHaveLength(2);
  });

  test("every operator is read", () => {
    const matchExpressions = [
      { key: "a", operator: "In", values: ["1", "2"] },
      { key: "b", operator: "NotIn", values: ["3"] },
      { key: "c", operator: "Exists" },
      { key: "d", operator: "DoesNotExist" },
    ];
    expect(policyOf({ podSelector: { matchExpressions } }).subject).toEqual({ matchExpressions });
  });
});

describe("ports", () => {
  test.each([
    ["a number is TCP", { port: 80 }, { kind: "range", protocol: "TCP", from: 80, to: 80 }],
    ["endPort is inclusive", { protocol: "UDP", port: 80, endPort: 90 }, { kind: "range", protocol: "UDP", from: 80, to: 90 }],
    ["a name stays a name", { port: "http" }, { kind: "named", name: "http", protocol: "TCP" }],
    ["a protocol alone means all its ports", { protocol: "SCTP" }, { kind: "range", protocol: "SCTP", from: 1, to: 65535 }],
    ["null is absent", { protocol: null, port: null, endPort: null }, everyTcpPort],
  ])("%s", (_, port, read) => {
    expect(policyOf({ ingress: [{ ports: [port] }] }).ingress?.[0]?.ports).toEqual([read]);
  });
});

describe("cluster-wide policies", () => {
  const read = (text: string): unknown => clusterOf(text).clusterPolicies.map(withoutLocation);

  test.each(["v1alpha2", "v1beta1"])("ClusterNetworkPolicy %s is read with every peer and port", (version) => {
    const text = `
apiVersion: policy.networking.k8s.io/${version}
kind: ClusterNetworkPolicy
metadata: {name: p}
spec:
  tier: Baseline
  priority: 7
  subject: {pods: {podSelector: {matchLabels: {app: web}}}}
  ingress:
  - {name: first, action: Accept, from: [{namespaces: {}}, {pods: {namespaceSelector: {}, podSelector: {}}}, {realms: [a]}]}
  egress:
  - action: Pass
    to: [{networks: [10.0.0.0/8, "::/0"]}, {nodes: {matchLabels: {zone: a}}}, {domainNames: ["*.example.com"]}]
    protocols:
    - tcp: {destinationPort: {number: 80}}
    - udp: {destinationPort: {range: {start: 1, end: 9}}}
  - {action: Deny, to: [{namespaces: {}}], protocols: [{destinationNamedPort: http}]}
`;
    expect(read(text)).toEqual([
      {
        kind: "ClusterNetworkPolicy",
        name: "p",
        tier: "Baseline",
        priority: 7,
        subject: { namespaces: {}, pods: { matchLabels: { app: "web" } } },
        ingress: [
          {
            name: "first",
            action: "Accept",
            peers: [
              { kind: "pods", namespaces: {}, pods: {} },
              { kind: "pods", namespaces: {}, pods: {} },
              { kind: "unsupported", fields: ["realms"] },
            ],
            ports: "any",
          },
        ],
        egress: [
          {
            action: "Pass",
            peers: [
              { kind: "networks", cidrs: ["10.0.0.0/8", "::/0"] },
              { kind: "nodes", nodes: { matchLabels: { zone: "a" } } },
              { kind: "domainNames", names: ["*.example.com"] },
            ],
            ports: [
              { kind: "range", protocol: "TCP", from: 80, to: 80 },
              { kind: "range", protocol: "UDP", from: 1, to: 9 },
            ],
          },
          { action: "Deny", peers: [{ kind: "pods", namespaces: {}, pods: {} }], ports: [{ kind: "named", name: "http" }] },
        ],
      },
    ]);
  });

  test("AdminNetworkPolicy is of the Admin tier, and its Allow is Accept", () => {
    const text = `
apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: {name: p}
spec:
  priority: 3
  subject: {namespaces: {}}
  ingress:
  - action: Allow
    from: [{namespaces: {}}]
    ports: [{portNumber: {port: 80}}, {portRange: {protocol: UDP, start: 5, end: 6}}, {namedPort: http}, {portRange: {start: 9, end: 8}}]
`;
    expect(read(text)).toMatchObject([
      {
        kind: "AdminNetworkPolicy",
        tier: "Admin",
        priority: 3,
        ingress: [
          {
            action: "Accept",
            ports: [
              { kind: "range", protocol: "TCP", from: 80, to: 80 },
              { kind: "range", protocol: "UDP", from: 5, to: 6 },
              { kind: "named", name: "http" },
            ],
          },
        ],
        egress: [],
      },
    ]);
  });

  test("BaselineAdminNetworkPolicy is of the Baseline tier with priority 0", () => {
    const text = `
apiVersion: policy.networking.k8s.io/v1alpha1
kind: BaselineAdminNetworkPolicy
metadata: {name: default}
spec: {subject: {namespaces: {}}, egress: [{action: Deny, to: [{networks: [0.0.0.0/0]}]}]}
`;
    expect(read(text)).toMatchObject([{ kind: "BaselineAdminNetworkPolicy", tier: "Baseline", priority: 0, egress: [{ action: "Deny" }] }]);
  });
});

describe("what is not known", () => {
  const later = unknown("var.later");
  const anyUnknown = { peers: "any", ports: "any", unknown: later };

  test.each([
    ["a label value", { podSelector: { matchLabels: { app: later } } }, { subject: { matchLabels: { app: later } } }],
    ["all matchLabels", { podSelector: { matchLabels: later } }, { subject: { unknown: later } }],
    ["a requirement", { podSelector: { matchExpressions: [later] } }, { subject: { unknown: later } }],
    [
      "the values of a requirement",
      { podSelector: { matchExpressions: [{ key: "a", operator: "In", values: later }] } },
      { subject: { matchExpressions: [{ key: "a", operator: "In", values: [later] }] } },
    ],
    [
      "the operator of a requirement",
      { podSelector: { matchExpressions: [{ key: "a", operator: later }] } },
      { subject: { unknown: later } },
    ],
    ["the whole selector", { podSelector: later }, { subject: { unknown: later } }],
    ["the list of rules", { ingress: later }, { ingress: [anyUnknown] }],
    ["one rule", { ingress: [{}, later] }, { ingress: [{ peers: "any", ports: "any" }, anyUnknown] }],
    ["the peers", { ingress: [{ from: later }] }, { ingress: [{ peers: [{ kind: "unknown", unknown: later }], ports: "any" }] }],
    ["one peer", { ingress: [{ from: [later] }] }, { ingress: [{ peers: [{ kind: "unknown", unknown: later }], ports: "any" }] }],
    [
      "a namespaceSelector that may be absent",
      { ingress: [{ from: [{ podSelector: {}, namespaceSelector: later }] }] },
      { ingress: [{ peers: [{ kind: "pods", namespaces: { unknown: later }, pods: {} }] }] },
    ],
    [
      "a selector beside a block",
      { ingress: [{ from: [{ podSelector: later, ipBlock: { cidr: "10.0.0.0/8" } }] }] },
      { ingress: [{ peers: [{ kind: "ipBlock", cidr: "10.0.0.0/8", except: [] }] }] },
    ],
    [
      "a selector and a block",
      { ingress: [{ from: [{ podSelector: later, ipBlock: later }] }] },
      { ingress: [{ peers: [{ kind: "unknown", unknown: later }] }] },
    ],
    [
      "a cidr",
      { ingress: [{ from: [{ ipBlock: { cidr: later, except: later } }] }] },
      { ingress: [{ peers: [{ kind: "ipBlock", cidr: later, except: [later] }] }] },
    ],
    [
      "a whole block",
      { ingress: [{ from: [{ ipBlock: later }] }] },
      { ingress: [{ peers: [{ kind: "ipBlock", cidr: later, except: [] }] }] },
    ],
    ["the ports", { ingress: [{ ports: later }] }, { ingress: [{ peers: "any", ports: [{ kind: "unknown", unknown: later }] }] }],
    [
      "a port number",
      { ingress: [{ ports: [{ port: later, protocol: "UDP" }] }] },
      { ingress: [{ ports: [{ kind: "unknown", unknown: later, protocol: "UDP" }] }] },
    ],
    [
      "an endPort",
      { ingress: [{ ports: [{ port: 1, endPort: later }] }] },
      { ingress: [{ ports: [{ kind: "unknown", unknown: later, protocol: "TCP" }] }] },
    ],
    [
      "a protocol",
      { ingress: [{ ports: [{ port: 1, protocol: later }] }] },
      { ingress: [{ ports: [{ kind: "unknown", unknown: later }] }] },
    ],
    ["policyTypes", { policyTypes: later, egress: [{}] }, { unknownDirections: later, ingress: [], egress: [{ peers: "any" }] }],
    ["one of policyTypes", { policyTypes: ["Ingress", later] }, { unknownDirections: later, ingress: [], egress: [] }],
    ["the egress rules without policyTypes", { egress: later }, { unknownDirections: later, ingress: [], egress: [anyUnknown] }],
    ["the only egress rule without policyTypes", { egress: [later] }, { unknownDirections: later, egress: [anyUnknown] }],
  ])("%s stays unknown", (_, spec, read) => {
    expect(policyOf(spec)).toMatchObject(read);
  });

  test("an egress rule that is known makes Egress certain", () => {
    expect(policyOf({ egress: [{}, later] })).not.toHaveProperty("unknownDirections");
  });
});
