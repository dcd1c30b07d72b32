import { readExpectations } from "../../inputs/expectations";

const read = (...lines: readonly string[]) => readExpectations("netpol.yaml", ["version: 1", ...lines].join("\n"));
const errors = (...lines: readonly string[]): readonly string[] =>
  read(...lines).problems.map(
    ({ message, location, field }) => `${String(location.line)}:${String(location.column)} ${field ?? ""} ${message}`,
  );

describe("an expectations file", () => {
  it("names ends by group, by labels, by workload, by address and by a word", () => {
    const { value, problems } = read(
      "groups:",
      "  web: { namespace: shop, pods: { app: web } }",
      "  clients: [web, shop/Deployment/admin]",
      "expect:",
      "  - id: all-in",
      "    allow: { from: clients, to: { namespace: { team: data }, pods: { matchExpressions: [{ key: app, operator: Exists }] } }, ports: [5432, 8000-8010/udp, http, dns/UDP] }",
      "  - { id: no-way, because: it is ours, severity: warning, until: 2027-01-31, deny: { from: internet, to: data/*, except: [{ from: 192.0.2.0/24, to: service }] } }",
    );
    expect(problems).toHaveLength(1);
    expect(problems[0]?.message).toBe(
      "`service` is no group; allowed are web, clients, internet, external, cluster, any; or write `namespace/workload`",
    );
    expect(value[0]).toEqual({
      id: "all-in",
      kind: "allow",
      location: { file: "netpol.yaml", line: 6, column: 5 },
      from: [
        { namespace: "shop", pods: { matchLabels: { app: "web" } } },
        { namespace: "shop", workload: "Deployment/admin" },
      ],
      to: [{ namespace: { matchLabels: { team: "data" } }, pods: { matchExpressions: [{ key: "app", operator: "Exists" }] } }],
      ports: [
        { protocol: "TCP", from: 5432, to: 5432 },
        { protocol: "UDP", from: 8000, to: 8010 },
        { name: "http" },
        { name: "dns", protocol: "UDP" },
      ],
    });
    expect(value[1]).toMatchObject({
      kind: "deny",
      because: "it is ours",
      severity: "warning",
      until: "2027-01-31",
      from: [{ kind: "internet" }],
      to: [{ namespace: "data" }],
      except: [{ from: [{ cidr: "192.0.2.0/24" }] }],
    });
  });

  it("turns `only` towards either end", () => {
    const { value } = read(
      "expect:",
      "  - { id: a, only: { from: [web/api], to: data/db, ports: 5432 } }",
      "  - { id: b, only: { from: data/db, to: [], direction: egress } }",
    );
    expect(value).toMatchObject([
      { kind: "only", way: "into", pods: [{ workload: "db" }], others: [{ workload: "api" }] },
      { kind: "only", way: "outOf", pods: [{ workload: "db" }], others: [], ports: "all" },
    ]);
  });

  it("isolates in both directions unless told otherwise", () => {
    const { value } = read(
      "expect:",
      "  - { id: a, isolated: { pods: { namespace: shop } } }",
      "  - { id: b, atMost: { reference: base/ } }",
    );
    expect(value).toMatchObject([
      { kind: "isolated", directions: ["ingress", "egress"] },
      { kind: "atMost", reference: "base/", pods: [{}] },
    ]);
  });

  it.each([
    [
      "an unknown key",
      ["expect:", "  - id: a", "    allow:", "      form: any", "      to: any"],
      /^5:7 expect\[0\]\.allow unknown key `form`; did you mean `from`\?/,
    ],
    [
      "an unknown key of an end",
      ["expect:", "  - { id: a, allow: { from: { namspace: shop }, to: any } }"],
      /unknown key `namspace`; did you mean `namespace`\?/,
    ],
    [
      "two kinds at once",
      ["expect:", "  - { id: a, allow: { from: any, to: any }, deny: { from: any, to: any } }"],
      /it has allow and deny/,
    ],
    ["no kind", ["expect:", "  - { id: a }"], /it has none/],
    [
      "an id twice",
      ["expect:", "  - { id: a, unchanged: { pods: {} } }", "  - { id: a, unchanged: { pods: {} } }"],
      /^4:5 .*there twice: also at line 3/,
    ],
    [
      "a port that cannot be",
      ["expect:", "  - { id: a, allow: { from: any, to: any, ports: [70000] } }"],
      /`70000` is not a range of ports/,
    ],
    [
      "a group of itself",
      ["groups: { a: b, b: a }", "expect:", "  - { id: x, allow: { from: a, to: any } }"],
      /group `a` is made of itself: a → b → a/,
    ],
    ["an address that is none", ["expect:", "  - { id: a, allow: { from: { cidr: 10.0.0.0/33 }, to: any } }"], /is not a CIDR block/],
    [
      "no port",
      ["expect:", "  - { id: a, deny: { from: any, to: any, ports: [] } }"],
      /^3:\d+ expect\[0\]\.deny\.ports names no port; name one, or/,
    ],
    [
      "no port of an exception",
      ["expect:", "  - { id: a, deny: { from: any, to: any, except: [{ from: any, to: any, ports: [] }] } }"],
      /names no port/,
    ],
    ["nobody to connect", ["expect:", "  - { id: a, deny: { from: [], to: any } }"], /^3:5 .*`from` names nobody/],
    ["nobody to connect to", ["expect:", "  - { id: a, allow: { from: any, to: [] } }"], /^3:5 .*`to` names nobody/],
    ["a group of nobody", ["groups: { web: [] }", "expect:", "  - { id: a, deny: { from: any, to: web } }"], /^4:5 .*`to` names nobody/],
    ["nobody to let others in", ["expect:", "  - { id: a, only: { from: any, to: [] } }"], /`to` names nobody/],
    [
      "nobody to be excepted",
      ["expect:", "  - { id: a, deny: { from: any, to: any, except: [{ from: [], to: any }] } }"],
      /`from` names nobody/,
    ],
    ["nobody to be isolated", ["expect:", "  - { id: a, isolated: { pods: [] } }"], /`pods` names nobody/],
    ["no direction", ["expect:", "  - { id: a, isolated: { pods: {}, directions: [] } }"], /^3:\d+ .*names no direction; name one, or/],
    ["nobody to be unchanged", ["expect:", "  - { id: a, unchanged: { pods: [] } }"], /`pods` names nobody/],
    ["nobody to be held against a reference", ["expect:", "  - { id: a, atMost: { reference: r, pods: [] } }"], /`pods` names nobody/],
    ["broken YAML", ["expect: ["], /is not YAML/],
    ["another version", [], /expect/],
  ])("says where %s is", (_, lines, expected) => {
    expect(errors(...lines).join("\n")).toMatch(expected);
  });

  it("says once what is wrong with an end", () => {
    expect(errors("expect:", "  - { id: a, deny: { from: nobody, to: any } }")).toHaveLength(1);
    expect(errors("expect:", "  - { id: a, deny: { from: any, to: any, ports: 0 } }")).toHaveLength(1);
  });

  it("is refused when empty", () => {
    expect(readExpectations("e.yaml", "").problems.map(({ message }) => message)).toEqual(["`e.yaml` is empty"]);
  });
});
