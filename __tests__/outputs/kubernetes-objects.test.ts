/** Policies written as Kubernetes objects are read back as the same policies, and accepted by the API server's rules. */
import fc from "fast-check";
import { type Cluster, type LabelSelector, unknown } from "../../engine/model";
import { toCluster } from "../../inputs/kubernetes";
import type { JsonObject } from "../../inputs/objects";
import { networkPolicyObject } from "../../outputs/kubernetes-objects";
import { clusterPolicyObject } from "../../outputs/cluster-policy-objects";
import { anyCluster } from "../arbitraries/cluster";
import { withUnknowns } from "../arbitraries/unknowns";
import { cluster, clusterRule, ipBlock, labelled, named, ownPods, podsIn, ports, rule, tcp } from "../builders";
import { located } from "../inputs/kubernetes-objects";
import { propertyRuns } from "../property-runs";

/** Reads objects as manifests are read, and leaves out where they were written. */
function readBack(objects: readonly object[]) {
  const { value, problems } = toCluster(objects.map((object, index) => located(object as JsonObject, index + 1)));
  const errors = problems.filter(({ severity }) => severity === "error").map(({ message }) => message);
  const plain = <T extends { readonly location?: unknown }>({ location: _location, ...rest }: T) => rest;
  return { errors, policies: value.policies.map(plain), clusterPolicies: value.clusterPolicies.map(plain) };
}

/** The policies of a random cluster that the API has words for, as a reader returns them: one way to say everything. */
function written({ policies, clusterPolicies }: Cluster) {
  const list = clusterPolicies
    // A cluster has one BaselineAdminNetworkPolicy, of this name.
    .map((policy) => (policy.kind === "BaselineAdminNetworkPolicy" ? { ...policy, name: "default" } : policy))
    .filter(({ ingress, egress }) => ![...ingress, ...egress].some(isBeyondTheApi));
  return canonical({
    policies: policies.map((policy) => ({ ...openDirections(policy), ...policy, ...sureRules(policy) })),
    clusterPolicies: list,
  });
}

/** Of a policy whose directions are not known, either may be isolated. */
const openDirections = ({ unknownDirections }: Cluster["policies"][number]) =>
  unknownDirections === undefined ? {} : { ingress: [], egress: [] };

/** A rule that may not be there keeps nothing else when it is written. */
const sureRules = ({ ingress, egress }: Cluster["policies"][number]) => {
  const sure = (rules: typeof ingress) => rules?.map((each) => (each.unknown === undefined ? each : rule({ unknown: each.unknown })));
  return { ...(ingress === undefined ? {} : { ingress: sure(ingress)! }), ...(egress === undefined ? {} : { egress: sure(egress)! }) };
};

type AnyClusterRule = Cluster["clusterPolicies"][number]["ingress"][number];

const isBeyondTheApi = ({ peers, ports: list }: AnyClusterRule): boolean =>
  peers.some(({ kind }) => kind === "unsupported") ||
  (list !== "any" && list.some(({ kind }) => kind === "named") && peers.some(({ kind }) => kind !== "pods"));

/** Empty parts of selectors and repeated networks left out, wherever they are. */
const canonical = <T>(value: T): T =>
  JSON.parse(
    JSON.stringify(value, (key, part: unknown) => {
      if (key === "cidrs") return [...new Set(part as readonly unknown[])];
      return ["matchLabels", "matchExpressions"].includes(key) && Object.keys(part as object).length === 0 ? undefined : part;
    }),
  ) as T;

const features = { tiers: true, hostNetwork: true };

test.each([
  ["known", anyCluster(features)],
  ["with unknowns", withUnknowns(anyCluster(features))],
])("policies %s survive writing and reading", (_name, clusters) => {
  const property = fc.property(clusters, (drawn) => {
    const wanted = written(drawn);
    const objects = [...wanted.policies.map(networkPolicyObject), ...wanted.clusterPolicies.map(clusterPolicyObject)];
    expect(canonical(readBack(objects))).toEqual({ errors: [], ...wanted });
  });
  fc.assert(property, { numRuns: propertyRuns(150) });
});

const shop = cluster().namespace("shop");
const firstPolicy = (builder: typeof shop) => networkPolicyObject(builder.build().policies[0]!);
const firstClusterPolicy = (builder: typeof shop) => clusterPolicyObject(builder.build().clusterPolicies[0]!);

test("a NetworkPolicy with everything a rule can say", () => {
  const inRed: LabelSelector = labelled({ team: "red" });
  const builder = shop.policy("web", {
    subject: labelled({ app: "web" }),
    ingress: [
      rule({ peers: [ownPods(), podsIn(inRed), podsIn(inRed, labelled({ app: "db" })), ipBlock("10.0.0.0/8", "10.1.0.0/16")] }),
      rule({ ports: [tcp(80), ports("UDP", 1000, 2000), ports("SCTP", 1, 65535), named("http")] }),
      rule(),
    ],
  });
  expect(firstPolicy(builder)).toEqual({
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { namespace: "shop", name: "web" },
    spec: {
      podSelector: { matchLabels: { app: "web" } },
      policyTypes: ["Ingress"],
      ingress: [
        {
          from: [
            { podSelector: {} },
            { namespaceSelector: { matchLabels: { team: "red" } } },
            { namespaceSelector: { matchLabels: { team: "red" } }, podSelector: { matchLabels: { app: "db" } } },
            { ipBlock: { cidr: "10.0.0.0/8", except: ["10.1.0.0/16"] } },
          ],
        },
        {
          ports: [
            { protocol: "TCP", port: 80 },
            { protocol: "UDP", port: 1000, endPort: 2000 },
            { protocol: "SCTP" },
            { protocol: "TCP", port: "http" },
          ],
        },
        {},
      ],
    },
  });
});

test("a policy that only isolates says so in policyTypes, with an empty list of rules", () => {
  expect(firstPolicy(shop.policy("deny", { ingress: [], egress: [] }))).toMatchObject({
    spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"], ingress: [], egress: [] },
  });
});

test("a ClusterNetworkPolicy with everything a rule can say", () => {
  const builder = shop.clusterPolicy("guard", {
    tier: "Baseline",
    priority: 7,
    subject: { namespaces: {}, pods: labelled({ app: "web" }) },
    egress: [
      { ...clusterRule("Deny", [podsIn(labelled({ team: "red" }))], [tcp(80), ports("UDP", 53, 54), named("http", null)]), name: "no red" },
      clusterRule("Accept", [
        { kind: "networks", cidrs: ["10.0.0.0/8"] },
        { kind: "nodes", nodes: {} },
      ]),
    ],
  });
  expect(firstClusterPolicy(builder)).toEqual({
    apiVersion: "policy.networking.k8s.io/v1alpha2",
    kind: "ClusterNetworkPolicy",
    metadata: { name: "guard" },
    spec: {
      tier: "Baseline",
      priority: 7,
      subject: { pods: { namespaceSelector: {}, podSelector: { matchLabels: { app: "web" } } } },
      egress: [
        {
          name: "no red",
          action: "Deny",
          to: [{ namespaces: { matchLabels: { team: "red" } } }],
          protocols: [
            { tcp: { destinationPort: { number: 80 } } },
            { udp: { destinationPort: { range: { start: 53, end: 54 } } } },
            { destinationNamedPort: "http" },
          ],
        },
        { action: "Accept", to: [{ networks: ["10.0.0.0/8"] }, { nodes: {} }] },
      ],
    },
  });
});

test("what is not known stays where its field is", () => {
  const later = unknown("var.app");
  const builder = shop.policy("p", {
    subject: { matchLabels: { app: later } },
    ingress: [rule({ ports: [{ kind: "unknown", unknown: later }] })],
  });
  expect(firstPolicy(builder)).toMatchObject({ spec: { podSelector: { matchLabels: { app: later } }, ingress: [{ ports: [later] }] } });
});

test.each([
  ["isolates no direction", () => firstPolicy(shop.policy("p", {}))],
  ["empty list of peers", () => firstPolicy(shop.policy("p", { ingress: [rule({ peers: [] })] }))],
  ["empty list of ports", () => firstClusterPolicy(shop.clusterPolicy("p", { ingress: [clusterRule("Deny", [podsIn()], [])] }))],
  ["name its protocol", () => firstPolicy(shop.policy("p", { ingress: [rule({ ports: [named("http", null)] })] }))],
  ["use its number", () => firstClusterPolicy(shop.clusterPolicy("p", { ingress: [clusterRule("Deny", [podsIn()], [named("http")])] }))],
  [
    "write it by hand",
    () => firstClusterPolicy(shop.clusterPolicy("p", { ingress: [clusterRule("Deny", [{ kind: "unsupported", fields: ["new"] }])] })),
  ],
])("what the API cannot say is an error: %s", (message, write) => {
  expect(write).toThrow(RangeError);
  expect(write).toThrow(message);
});
