import { fingerprintSource } from "../../../engine/lint";
import { findings, namespace, pod, policy, type Texts } from "./lint-yaml";
import { vpcFindings } from "./vpc-lint";

const web = pod("shop", "web", { app: "web" }, ["http TCP 8080"]);
const db = pod("shop", "db", { app: "db" }, ["sql TCP 5432"]);
const client = namespace("team", { team: "a" }) + pod("team", "client", { role: "client" });
const everyone = "from: [{ ipBlock: { cidr: 0.0.0.0/0 } }]";
const ingress = (rule: string, subject = "{}") =>
  policy("shop", "p", `{ podSelector: ${subject}, policyTypes: [Ingress], ingress: [{ ${rule} }] }`);
const egress = (rule: string, subject = "{}") =>
  policy("shop", "p", `{ podSelector: ${subject}, policyTypes: [Egress], egress: [{ ${rule} }] }`);
const from = (peer: string) => `from: [${peer}]`;
const anyNamespace = from("{ namespaceSelector: {} }");
const labelled = from("{ namespaceSelector: { matchLabels: { team: a } } }");
const byPod = from("{ namespaceSelector: {}, podSelector: { matchLabels: { role: client } } }");
const onlyWeb = "{ matchLabels: { app: web } }";
const on = (rule: string, port: number) => `${rule}, ports: [{ port: ${String(port)} }]`;

const closed = policy("shop", "p", "{ podSelector: {}, policyTypes: [Ingress] }");
const opened = (after: string): Texts => ({ before: web + db + closed, after });

/** What is found with a code, as baselines remember it. */
const remembered = (code: string, texts: string | Texts): readonly string[] => findings(code, texts).map(fingerprintSource);

describe("what is exposed later is not what was accepted", () => {
  test.each<readonly [what: string, code: string, accepted: string | Texts, later: string | Texts]>([
    ["a workload more", "NP201", web + ingress(on(everyone, 80)), web + db + ingress(on(everyone, 80))],
    ["every port", "NP201", web + ingress(on(everyone, 80)), web + ingress(everyone)],
    [
      "a port that only another workload had",
      "NP201",
      web + db + ingress(on(everyone, 80), onlyWeb) + policy("shop", "q", `{ podSelector: {}, ingress: [{ ${on(everyone, 81)} }] }`),
      web + db + ingress(on(everyone, 80)) + policy("shop", "q", `{ podSelector: {}, ingress: [{ ${on(everyone, 81)} }] }`),
    ],
    ["a workload more", "NP202", web + client + ingress(anyNamespace), web + db + client + ingress(anyNamespace)],
    ["every port", "NP202", web + client + ingress(on(anyNamespace, 80)), web + client + ingress(anyNamespace)],
    [
      "namespaces that were left out",
      "NP202",
      web + client + ingress(from("{ namespaceSelector: { matchExpressions: [{ key: team, operator: NotIn, values: [b] }] } }")),
      web + client + ingress(anyNamespace),
    ],
    ["a workload more", "NP203", web + client + ingress(labelled), web + db + client + ingress(labelled)],
    ["every port", "NP203", web + client + ingress(on(labelled, 80)), web + client + ingress(labelled)],
    [
      "a workload more",
      "NP204",
      web + egress("to: [{ ipBlock: { cidr: 0.0.0.0/0 } }]"),
      web + db + egress("to: [{ ipBlock: { cidr: 0.0.0.0/0 } }]"),
    ],
    ["a workload more", "NP205", web + egress("ports: [{ port: 443 }]"), web + db + egress("ports: [{ port: 443 }]")],
    ["every port", "NP205", web + egress("ports: [{ port: 443 }]"), web + egress("")],
    ["a workload more", "NP206", web + client + ingress(byPod), web + db + client + ingress(byPod)],
    ["every port", "NP206", web + client + ingress(on(byPod, 80)), web + client + ingress(byPod)],
    ["a workload more", "NP207", web + client + ingress(labelled), web + db + client + ingress(labelled)],
    [
      "a workload more",
      "NP404",
      opened(web + db + ingress(on(everyone, 80), onlyWeb) + policy("shop", "q", "{ podSelector: {} }")),
      opened(web + db + ingress(on(everyone, 80))),
    ],
    ["every port", "NP404", opened(web + db + ingress(on(everyone, 80))), opened(web + db + ingress(everyone))],
    [
      "a workload that nothing closes any more",
      "NP404",
      {
        before: web + db + ingress("", "{ matchExpressions: [{ key: app, operator: Exists }] }"),
        after: web + db + ingress("", "{ matchLabels: { app: db } }"),
      },
      { before: web + db + ingress("", "{ matchExpressions: [{ key: app, operator: Exists }] }"), after: web + db },
    ],
  ])("%s (%s)", (_, code, accepted, later) => {
    const known = remembered(code, accepted);
    expect(known).not.toEqual([]);
    expect(remembered(code, later).filter((each) => !known.includes(each))).not.toEqual([]);
  });

  const resources = (fromPort: number, subnets: readonly string[]) =>
    JSON.stringify({
      resource: {
        aws_vpc: { v: { cidr_block: "10.0.0.0/16" } },
        aws_internet_gateway: { g: { vpc_id: "${aws_vpc.v.id}" } },
        aws_subnet: Object.fromEntries(
          subnets.map((cidr, n) => [`s${String(n)}`, { vpc_id: "${aws_vpc.v.id}", cidr_block: cidr, map_public_ip_on_launch: true }]),
        ),
        aws_route_table: {
          t: { vpc_id: "${aws_vpc.v.id}", route: { cidr_block: "0.0.0.0/0", gateway_id: "${aws_internet_gateway.g.id}" } },
        },
        aws_route_table_association: { a: { subnet_id: "${aws_subnet.s0.id}", route_table_id: "${aws_route_table.t.id}" } },
        aws_eks_cluster: { eks: { name: "eks", vpc_config: { subnet_ids: subnets.map((_, n) => `\${aws_subnet.s${String(n)}.id}`) } } },
        aws_eks_node_group: { nodes: { cluster_name: "eks", subnet_ids: ["${aws_subnet.s0.id}"] } },
        aws_security_group_rule: {
          open: {
            type: "ingress",
            security_group_id: "${aws_eks_cluster.eks.vpc_config[0].cluster_security_group_id}",
            protocol: "tcp",
            from_port: fromPort,
            to_port: 30_010,
            cidr_blocks: ["0.0.0.0/0"],
          },
        },
      },
    });

  test("ports of nodes (VPC030)", () => {
    const known = (fromPort: number) => vpcFindings("VPC030", "", resources(fromPort, ["10.0.0.0/20"])).map(fingerprintSource);
    expect(known(30_000)).toHaveLength(1);
    expect(known(22)).not.toEqual(known(30_000));
  });
});

test("what is accepted is the same in whatever order it is written", () => {
  for (const [code, rule] of [
    ["NP201", on(everyone, 80)],
    ["NP202", anyNamespace],
    ["NP206", byPod],
  ] as const) {
    const known = remembered(code, web + db + client + ingress(rule));
    expect(known).not.toEqual([]);
    expect(remembered(code, ingress(rule) + client + db + web)).toEqual(known);
  }
});
