import { policy } from "./lint-yaml";
import { deployment, eks, vpcFindings } from "./vpc-lint";

const ports = (from: number, count: number) => Array.from({ length: count }, (_, at) => `{ port: ${String(from + 2 * at)} }`).join(", ");
const opens = (name: string, list: string) =>
  policy(
    "shop",
    name,
    `{ podSelector: { matchLabels: { app: web } }, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: { matchLabels: { app: client } } }], ports: [${list}] }] }`,
  );
const found = (policies: string, version = "v1.23.1-eksbuild.1") =>
  vpcFindings("VPC014", deployment("shop", "client") + deployment("shop", "web") + policies, eks({ addon: { addon_version: version } }));

test("25 ports are one too many, 24 are not", () => {
  expect(found(opens("web", ports(9000, 25)))).toMatchObject([
    { severity: "error", subject: { name: "web" }, witness: { verdict: { outcome: "allowed" } } },
  ]);
  expect(found(opens("web", ports(9000, 24)))).toEqual([]);
});

test("ports of several policies count together, those they share once", () => {
  expect(found(opens("one", ports(9000, 13)) + opens("two", ports(8000, 13))).map(({ subject }) => subject.name)).toEqual(["one", "two"]);
  expect(found(opens("one", ports(9000, 13)) + opens("two", ports(9000, 13)))).toEqual([]);
});

test("a range counts once, and older add-ons have room for eight", () => {
  expect(found(opens("web", "{ port: 9000, endPort: 9900 }"))).toEqual([]);
  expect(found(opens("web", ports(9000, 9)), "v1.15.1-eksbuild.1")).toHaveLength(1);
});

const ingress = (rules: string, subject = "web") =>
  policy("shop", subject, `{ podSelector: { matchLabels: { app: ${subject} } }, policyTypes: [Ingress], ingress: [${rules}] }`);
const fromApp = (app: string, list: string) => `{ from: [{ podSelector: { matchLabels: { app: ${app} } } }], ports: [${list}] }`;

test("it is found whichever peer shows it, and not where each peer has room enough", () => {
  const both = `{ from: [{ podSelector: { matchLabels: { app: client } } }, { podSelector: { matchLabels: { app: other } } }], ports: [${ports(9000, 13)}] }`;
  const other = deployment("shop", "other");
  const crowded = found(other + ingress(`${both}, ${fromApp("other", ports(8000, 13))}`));
  expect(crowded).toMatchObject([
    { subject: { name: "web" }, witness: { flow: { from: { workload: { name: "other" } } }, verdict: { outcome: "allowed" } } },
  ]);
  expect(crowded[0]?.because).toHaveLength(2);
  expect(found(other + ingress(`${fromApp("client", ports(9000, 13))}, ${fromApp("other", ports(8000, 13))}`))).toEqual([]);
});

test("a block inside another takes over its ports, whichever is written first", () => {
  const block = (cidr: string, from: number) => `{ from: [{ ipBlock: { cidr: ${cidr} } }], ports: [${ports(from, 13)}] }`;
  const [wide, narrow] = [block("10.0.0.0/8", 9000), block("10.9.0.0/16", 8000)];
  for (const rules of [`${wide}, ${narrow}`, `${narrow}, ${wide}`])
    expect(found(ingress(rules))).toMatchObject([{ witness: { flow: { from: { kind: "address", address: "10.9.0.0" } } } }]);
  expect(found(ingress(`${wide}, ${block("11.9.0.0/16", 8000)}`))).toEqual([]);
});

test("it is found for the pods it is true of, though others of the same policy have fewer", () => {
  const shared = policy("shop", "all", `{ podSelector: {}, policyTypes: [Ingress], ingress: [${fromApp("client", ports(9000, 13))}] }`);
  const more = (name: string, caller: string) => ingress(fromApp(caller, ports(8000, 13)), name);
  const others = deployment("shop", "a") + deployment("shop", "z") + deployment("shop", "other");
  expect(
    found(others + shared + more("a", "other") + more("web", "client") + more("z", "other")).map(({ subject }) => subject.name),
  ).toEqual(["all", "web"]);
});

test("a name takes as many places as it has numbers on the pods of the policy", () => {
  const names = Array.from({ length: 13 }, (_, at) => `n${String(at)}`);
  const declared = (from: number) => names.map((name, at) => `${name} TCP ${String(from + at)}`);
  const labelled = deployment("shop", "a", { set: "both" }, declared(8000)) + deployment("shop", "b", { set: "both" }, declared(9000));
  const open = (list: readonly string[]) =>
    labelled +
    policy(
      "shop",
      "both",
      `{ podSelector: { matchLabels: { set: both } }, policyTypes: [Ingress], ingress: [${fromApp("client", list.map((name) => `{ port: ${name} }`).join(", "))}] }`,
    );
  expect(found(open(names))).toMatchObject([{ subject: { name: "both" } }]);
  expect(found(open(names.slice(1)))).toEqual([]);
});

test("where the other end is closed the finding stays, without an example", () => {
  const closed = policy("shop", "client", "{ podSelector: { matchLabels: { app: client } }, policyTypes: [Egress] }");
  const [finding] = found(closed + opens("web", ports(9000, 25)));
  expect(finding).toMatchObject({ severity: "error", subject: { name: "web" } });
  expect(finding?.witness).toBeUndefined();
});

test("whoever may call has an address of the cluster's family", () => {
  const everyone = ingress(`{ ports: [${ports(9000, 25)}] }`);
  const caller = (ipFamily: string) => {
    const infrastructure = eks({ cluster: { kubernetes_network_config: { ip_family: ipFamily } } });
    const [finding] = vpcFindings("VPC014", deployment("shop", "web") + everyone, infrastructure);
    return finding?.witness?.flow.from;
  };
  expect(caller("ipv4")).toEqual({ kind: "address", address: "203.0.113.10" });
  expect(caller("ipv6")).toEqual({ kind: "address", address: "3fff::10" });
});
