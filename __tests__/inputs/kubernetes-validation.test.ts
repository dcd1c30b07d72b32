import { isCidr, parseCidr, plainCidr, strictProblem } from "../../inputs/validation/cidr";
import type { JsonObject } from "../../inputs/objects";
import { validateObject, validateUpdate } from "../../inputs/validation";
import { dnsLabelProblem, portNameProblem, subdomainProblem } from "../../inputs/validation/names";

const policy = (spec: JsonObject, metadata: JsonObject = {}): JsonObject => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name: "p", namespace: "shop", ...metadata },
  spec,
});

const rulesOf = (object: JsonObject, channel?: "standard"): readonly string[] =>
  validateObject(object, channel === undefined ? {} : { channel }).map(({ field, rule, type }) => `${field} ${rule ?? type}`);

describe("CIDR blocks as the API server reads them", () => {
  test.each([
    ["10.0.0.0/8", true, true],
    ["10.1.2.3/8", true, true],
    ["010.0.0.0/8", true, false],
    ["10.0.0.0/08", true, false],
    ["10.0.0.0/33", false, false],
    ["10.0.0/8", false, false],
    ["10.0.0.256/8", false, false],
    ["10.0.0.0", false, false],
    ["10.0.0.0/", false, false],
    ["10.0.0.0/+8", false, false],
    ["10.0.0.0/8/8", false, false],
    [" 10.0.0.0/8", false, false],
    ["::/0", true, true],
    ["fe80::1%eth0/64", false, false],
    ["1:2:3:4:5:6:7:8/128", true, true],
    ["1:2:3:4:5:6:7::/112", true, true],
    ["1:2:3:4:5:6:7:8::/128", false, false],
    ["1::2::3/64", false, false],
    [":::/0", false, false],
    ["00001::/16", true, false],
    ["10000::/16", false, false],
    ["::1.2.3.4/128", true, true],
    ["::ffff:1.2.3.4/128", true, false],
    ["1.2.3.4::/64", false, false],
    ["::1.2.3/64", false, false],
    ["::/129", false, false],
  ])("%s", (text, lenient, cel) => {
    expect([parseCidr(text) !== undefined, isCidr(text)]).toEqual([lenient, cel]);
  });

  test.each([
    ["10.1.2.3/8", "must not have bits after its prefix; write `10.0.0.0/8`"],
    ["010.0.0.0/8", "must not have leading zeros"],
    ["::ffff:10.0.0.0/104", "must not be an IPv4 address inside IPv6"],
    ["10.0.0.0/8", undefined],
    ["2001:db8::1/32", "must not have bits after its prefix; write `2001:db8:0:0:0:0:0:0/32`"],
  ])("the strict gate has against %s: %s", (text, problem) => {
    const cidr = parseCidr(text);
    expect(cidr === undefined ? "unread" : strictProblem(text, cidr)).toBe(problem);
  });

  test.each([
    ["10.1.2.3/8", "10.1.2.3/8"],
    ["001.002.003.000/0", "1.2.3.0/0"],
    ["::ffff:1.2.3.4/120", "1.2.3.4/24"],
    ["nonsense", "nonsense"],
  ])("%s is written %s", (text, plain) => {
    expect(plainCidr(text)).toBe(plain);
  });
});

describe("names", () => {
  test.each([
    ["a.b-c.1", true, false],
    ["a", true, true],
    ["A", false, false],
    ["-a", false, false],
    ["a-", false, false],
    ["a..b", false, false],
    ["", false, false],
    ["a".repeat(63), true, true],
    ["a".repeat(64), true, false],
    ["a".repeat(253), true, false],
    ["a".repeat(254), false, false],
  ])("%s", (name, subdomain, label) => {
    expect([subdomainProblem(name) === undefined, dnsLabelProblem(name) === undefined]).toEqual([subdomain, label]);
  });

  test.each([
    ["http", true],
    ["8080-tcp", true],
    ["8080", false],
    ["a--b", false],
    ["-a", false],
    ["a-", false],
    ["HTTP", false],
    ["sixteen-letters-", false],
    ["fifteen-letters", true],
    ["", false],
  ])("port name %s", (name, valid) => {
    expect(portNameProblem(name) === undefined).toBe(valid);
  });
});

describe("NetworkPolicy", () => {
  test.each([
    [policy({ podSelector: { matchLabels: { a: "b c" } } }), ["spec.podSelector.matchLabels FieldValueInvalid"]],
    [policy({}, { labels: { "a b": "c" } }), ["metadata.labels FieldValueInvalid"]],
    [policy({}, { annotations: { "A B": "c" } }), ["metadata.annotations FieldValueInvalid"]],
    [policy({}, { namespace: "A" }), ["metadata.namespace FieldValueInvalid"]],
    [policy({}, { name: "" }), ["metadata.name FieldValueRequired"]],
    [policy({}, { name: "", generateName: "p-" }), []],
    [
      policy({ podSelector: { matchExpressions: [{ key: "a", operator: "Exists", values: ["b"] }] } }),
      ["spec.podSelector.matchExpressions[0].values FieldValueForbidden"],
    ],
    [
      policy({ podSelector: { matchExpressions: [{ key: "a", operator: "NotIn", values: ["b c"] }] } }),
      ["spec.podSelector.matchExpressions[0].values[0] FieldValueInvalid"],
    ],
    [policy({ ingress: [{ from: [{ ipBlock: { cidr: "" } }] }] }), ["spec.ingress[0].from[0].ipBlock.cidr FieldValueRequired"]],
    [
      policy({ ingress: [{ from: [{ ipBlock: { cidr: "10.0.0.0/8", except: ["::/64"] } }] }] }),
      ["spec.ingress[0].from[0].ipBlock.except[0] FieldValueInvalid"],
    ],
    [
      policy({
        ingress: [
          {
            ports: [
              { port: 1, endPort: 65536 },
              { port: 0, endPort: -1 },
            ],
          },
        ],
      }),
      [
        "spec.ingress[0].ports[0].endPort FieldValueInvalid",
        "spec.ingress[0].ports[1].port FieldValueInvalid",
        "spec.ingress[0].ports[1].endPort FieldValueInvalid",
        "spec.ingress[0].ports[1].endPort FieldValueInvalid",
      ],
    ],
    [policy({ ingress: [{ ports: [{ port: 1.5 }] }] }), ["spec.ingress[0].ports[0].port FieldValueTypeInvalid"]],
    [policy({ policyTypes: [null] }), ["spec.policyTypes[0] FieldValueNotSupported"]],
  ])("%j", (object, errors) => {
    expect(rulesOf(object)).toEqual(errors);
  });

  test("an update may keep a selector value that was stored before values were checked, and no other", () => {
    const old = policy({ podSelector: { matchExpressions: [{ key: "a", operator: "In", values: ["b c"] }] } });
    const good = policy({ podSelector: {} });
    expect(validateUpdate(old, old)).toEqual([]);
    expect(validateUpdate(good, old)).toMatchObject([
      { field: "spec.podSelector.matchExpressions[0].values[0]", type: "FieldValueInvalid" },
    ]);
  });
});

describe("cluster-wide policies", () => {
  const cnp = (spec: JsonObject, version = "v1alpha2"): JsonObject => ({
    apiVersion: `policy.networking.k8s.io/${version}`,
    kind: "ClusterNetworkPolicy",
    metadata: { name: "p" },
    spec: { tier: "Admin", priority: 1, subject: { namespaces: {} }, ...spec },
  });
  const to = (...peers: readonly JsonObject[]): JsonObject => ({ egress: [{ action: "Accept", to: peers }] });
  const rule: JsonObject = { action: "Deny", from: [{ namespaces: {} }] };

  test.each([
    [{ tier: "Other" }, "spec.tier enum"],
    [{ priority: "1" }, "spec.priority type"],
    [{ subject: null }, "spec.subject required"],
    [{ subject: {} }, "spec.subject minProperties"],
    [{ ingress: Array.from({ length: 26 }, () => rule) }, "spec.ingress maxItems"],
    [{ ingress: [{ ...rule, protocols: [] }] }, "spec.ingress[0].protocols minItems"],
    [{ ingress: [null] }, "spec.ingress[0] type"],
    [to({ networks: ["10.0.0.0/8", "10.0.0.0/8"] }), "spec.egress[0].to[0].networks[1] x-kubernetes-list-type"],
    [to({ networks: [`::${"1".repeat(60)}/0`] }), "spec.egress[0].to[0].networks[0] maxLength"],
    [to({ networks: ["010.0.0.0/8"] }), "spec.egress[0].to[0].networks[0] cel:isCIDR"],
    [to({ domainNames: ["*.*.example.com"] }), "spec.egress[0].to[0].domainNames[0] pattern"],
  ])("%j breaks a rule", (spec, error) => {
    expect(rulesOf(cnp(spec))).toEqual([error]);
  });

  test("host bits are fine in v1alpha2 and refused in v1beta1", () => {
    expect(rulesOf(cnp(to({ networks: ["10.1.2.3/8"] })))).toEqual([]);
    expect(rulesOf(cnp(to({ networks: ["10.1.2.3/8"] }), "v1beta1"))).toEqual(["spec.egress[0].to[0].networks[0] cel:isCIDR"]);
  });

  test("the standard channel drops experimental peers, which leaves none", () => {
    expect(rulesOf(cnp(to({ nodes: {} })))).toEqual([]);
    expect(rulesOf(cnp(to({ nodes: {} })), "standard")).toEqual(["spec.egress[0].to[0] minProperties"]);
  });
});
