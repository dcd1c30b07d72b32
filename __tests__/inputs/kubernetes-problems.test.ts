import { unknown } from "../../engine/model";
import { toCluster } from "../../inputs/kubernetes";
import { located, objectsOf, problemsOf, wordings } from "./kubernetes-objects";

const policy = (spec: string): string =>
  `{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: p, namespace: shop}, spec: ${spec}}`;

/** The problems of a policy, less the note that its namespace is not in the input. */
const problemsOfPolicy = (spec: string): readonly string[] =>
  problemsOf(policy(spec)).filter((text) => !text.startsWith("note: namespace"));

describe("objects the API server would refuse", () => {
  test.each([
    ["{ingress: [{ports: [{port: 70000}]}]}", "`spec.ingress[0].ports[0].port` must be between 1 and 65535, not be `70000`"],
    [
      '{ingress: [{ports: [{port: "80"}]}]}',
      '`spec.ingress[0].ports[0].port` must have a letter; write a port number without quotes, not be `"80"`',
    ],
    ["{egress: [{ports: [{port: 9, endPort: 8}]}]}", "`spec.egress[0].ports[0].endPort` must not be below `port`, which is 9; it is 8"],
    ["{egress: [{ports: [{protocol: ICMP}]}]}", "`spec.egress[0].ports[0].protocol` must be one of TCP, UDP, SCTP, not `ICMP`"],
    ["{ingress: [{from: [{}]}]}", "`spec.ingress[0].from[0]` must have a podSelector, a namespaceSelector or an ipBlock"],
    ["{ingress: [{from: [null]}]}", "`spec.ingress[0].from[0]` must have a podSelector, a namespaceSelector or an ipBlock"],
    [
      "{ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/24, except: [10.0.1.0/25]}}]}]}",
      "`spec.ingress[0].from[0].ipBlock.except[0]` must be inside `cidr` and smaller than it, unlike `10.0.1.0/25`",
    ],
    [
      "{ingress: [{from: [{ipBlock: {cidr: 10.0.0.0}}]}]}",
      "`spec.ingress[0].from[0].ipBlock.cidr` must be a CIDR block, such as `10.0.0.0/8` or `2001:db8::/32`, not `10.0.0.0`",
    ],
    ["{podSelector: {matchLabels: {version: 1.10}}}", '`spec.podSelector.matchLabels.version` must be a string; put it in quotes: `"1.1"`'],
    [
      "{podSelector: {matchExpressions: [{key: a, operator: in}]}}",
      "`spec.podSelector.matchExpressions[0].operator` must be one of In, NotIn, Exists, DoesNotExist",
    ],
    ["{ingress: {from: []}}", "`spec.ingress` must be a list"],
    ["{policyTypes: [ingress]}", "`spec.policyTypes[0]` must be one of Ingress, Egress, not `ingress`"],
  ])("%s", (spec, wording) => {
    expect(problemsOfPolicy(spec)).toEqual([`error: NetworkPolicy \`shop/p\` would be rejected: ${wording}`]);
  });

  test("a refused object is not in the cluster, and the problem has its field and place", () => {
    const { value, problems } = toCluster(objectsOf(policy("{ingress: [{from: [{}]}]}")));
    expect(value.policies).toEqual([]);
    expect(problems).toMatchObject([{ severity: "error", field: "spec.ingress[0].from[0]", location: { file: "objects.yaml", line: 1 } }]);
  });

  test.each([
    [
      "{apiVersion: v1, kind: Namespace, metadata: {name: Shop}}",
      "Namespace `Shop` would be rejected: `metadata.name` must be lower-case letters, digits and `-`, beginning and ending with a letter or digit, not be `Shop`",
    ],
    [
      "{apiVersion: v1, kind: Pod, metadata: {}}",
      "Pod `default/(not known: it has no name)` would be rejected: `metadata.name` is required, or `metadata.generateName`",
    ],
    [
      "{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {ports: [{name: x, port: 443}, {name: y, port: 443, protocol: TCP}, {name: z, port: 443, protocol: UDP}]}}",
      "Service `default/a` would be rejected: `spec.ports[1]` must not repeat the port `443/TCP`",
    ],
    [
      "{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {ports: [{name: x, port: 80}, {name: x, port: 81}]}}",
      "Service `default/a` would be rejected: `spec.ports[1].name` must not repeat the name `x`",
    ],
    [
      "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{ports: [{containerPort: 0}]}]}}",
      "Pod `default/a` would be rejected: `spec.containers[0].ports[0].containerPort` is required",
    ],
    [
      "{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {ports: [{port: 80, targetPort: 70000}]}}",
      "Service `default/a` would be rejected: `spec.ports[0].targetPort` must be between 1 and 65535, not be `70000`",
    ],
    [
      "{apiVersion: apps/v1, kind: Deployment, metadata: {name: a}, spec: {replicas: two}}",
      "Deployment `default/a` would be rejected: `spec.replicas` must be a whole number; remove the quotes",
    ],
    [
      "{apiVersion: v1, kind: Node, metadata: {name: a, namespace: b}}",
      "Node `a` would be rejected: `metadata.namespace` must be absent: this kind belongs to the whole cluster",
    ],
  ])("%s", (text, wording) => {
    expect(problemsOf(text)).toEqual([`error: ${wording}`]);
  });
});

describe("cluster-wide policies", () => {
  const cnp = (rules: string): string =>
    `{apiVersion: policy.networking.k8s.io/v1alpha2, kind: ClusterNetworkPolicy, metadata: {name: p}, spec: {tier: Admin, priority: 1, subject: {namespaces: {}}, ${rules}}}`;

  test("a schema rule names its field", () => {
    expect(problemsOf(cnp("ingress: [{action: Allow, from: []}]"))).toEqual([
      "error: ClusterNetworkPolicy `p` would be rejected: `spec.ingress[0].action` must be one of Accept, Deny, Pass, not `Allow`",
      "error: ClusterNetworkPolicy `p` would be rejected: `spec.ingress[0].from` must have at least 1 entry",
    ]);
  });

  test("a selector that the schema lets pass and nobody can read is an error", () => {
    const selector = "{matchExpressions: [{key: a, operator: Is, values: [b]}]}";
    expect(problemsOf(cnp(`ingress: [{action: Deny, from: [{namespaces: ${selector}}]}]`))).toEqual([
      "error: ClusterNetworkPolicy `p` has a selector that no implementation can read: `spec.ingress[0].from[0].namespaces.matchExpressions[0].operator` must be one of In, NotIn, Exists, DoesNotExist",
    ]);
  });

  test("a peer of a newer API is kept and said", () => {
    const { value, problems } = toCluster(objectsOf(cnp("ingress: [{action: Deny, from: [{realms: [a]}]}]")));
    expect(value.clusterPolicies[0]?.ingress[0]?.peers).toEqual([{ kind: "unsupported", fields: ["realms"] }]);
    expect(wordings(problems)).toEqual([
      "warning: ClusterNetworkPolicy `p` has the field `spec.ingress[0].from[0].realms`, which its kind does not have and which has no effect; allowed are namespaces, pods",
    ]);
  });

  test("in the tolerant way, an object whose meaning does not change is kept with a warning", () => {
    const text = cnp("egress: [{action: Deny, to: [{pods: {namespaceSelector: {}}}]}]");
    expect(toCluster(objectsOf(text)).value.clusterPolicies).toEqual([]);
    expect(toCluster(objectsOf(text), { tolerant: true }).value.clusterPolicies).toHaveLength(1);
    expect(problemsOf(text, { tolerant: true })).toEqual([
      "warning: ClusterNetworkPolicy `p` would be rejected: `spec.egress[0].to[0].pods.podSelector` is required",
    ]);
  });

  test("the tolerant way keeps nothing whose meaning is in doubt", () => {
    expect(
      toCluster(objectsOf(cnp("ingress: [{action: Allow, from: [{namespaces: {}}]}]")), { tolerant: true }).value.clusterPolicies,
    ).toEqual([]);
  });

  test("one whose tier is not known may be in either, with rules that may match", () => {
    const later = unknown("var.tier");
    const spec = { tier: later, priority: 1, subject: { namespaces: {} }, ingress: [{ action: "Deny", from: [{ namespaces: {} }] }] };
    const object = { apiVersion: "policy.networking.k8s.io/v1alpha2", kind: "ClusterNetworkPolicy", metadata: { name: "p" }, spec };
    expect(toCluster([located(object)]).value.clusterPolicies).toMatchObject(
      ["Admin", "Baseline"].map((tier) => ({
        tier,
        ingress: [{ action: later, peers: [{ kind: "unknown", unknown: later }], ports: "any" }],
      })),
    );
  });
});

describe("what has no effect or is only accepted", () => {
  test("a misspelt field is a warning", () => {
    expect(problemsOfPolicy("{podselector: {}}")).toEqual([
      "warning: NetworkPolicy `shop/p` has the field `spec.podselector`, which its kind does not have and which has no effect; did you mean `podSelector`?",
    ]);
  });

  test("host bits and leading zeros are warnings, and errors in the strict way", () => {
    const spec = "{ingress: [{from: [{ipBlock: {cidr: 10.1.2.3/8}}, {ipBlock: {cidr: 010.0.0.0/8}}]}]}";
    const wording = [
      "`spec.ingress[0].from[0].ipBlock.cidr` must not have bits after its prefix; write `10.0.0.0/8`, unlike `10.1.2.3/8`",
      "`spec.ingress[0].from[1].ipBlock.cidr` must not have leading zeros, unlike `010.0.0.0/8`",
    ];
    expect(problemsOfPolicy(spec)).toEqual(wording.map((text) => `warning: NetworkPolicy \`shop/p\` is accepted, but ${text}`));
    expect(problemsOf(policy(spec), { strictCIDR: true })).toEqual(
      wording.map((text) => `error: NetworkPolicy \`shop/p\` would be rejected: ${text}`),
    );
  });
});

describe("objects that are not read", () => {
  test("other kinds are counted in one note", () => {
    const text = ["v1, kind: Secret", "v1, kind: ConfigMap", "v1, kind: Secret"]
      .map((kind) => `{apiVersion: ${kind}, metadata: {name: a}}`)
      .join("\n---\n");
    expect(problemsOf(text)).toEqual([
      "note: 3 objects are of kinds that say nothing about connections and were not read: `v1 ConfigMap` (1), `v1 Secret` (2)",
    ]);
  });

  test("policies of other products are a warning, even under the same name", () => {
    expect(problemsOf("{apiVersion: crd.projectcalico.org/v1, kind: NetworkPolicy, metadata: {name: a}, spec: {selector: all()}}")).toEqual(
      [
        "warning: 1 of `crd.projectcalico.org/v1 NetworkPolicy` was not read: policies of other products are not modelled, so connections may differ from what is reported",
      ],
    );
  });

  test.each(["{}", "{kind: Pod}", "{apiVersion: v1, metadata: {name: a}}"])("%s is no Kubernetes object", (text) => {
    expect(problemsOf(text)).toEqual([
      "error: `objects.yaml:1` holds no Kubernetes object; give it an `apiVersion` and a `kind`, or leave it out",
    ]);
  });
});

describe("versions of a kind that is read", () => {
  const object = (apiVersion: string, kind: string): string => `{apiVersion: ${apiVersion}, kind: ${kind}, metadata: {name: a}, spec: {}}`;
  const isEmpty = (text: string): boolean => {
    const { policies, clusterPolicies, workloads, awsClusterPolicies = [], applicationPolicies = [] } = toCluster(objectsOf(text)).value;
    return [policies, clusterPolicies, workloads, awsClusterPolicies, applicationPolicies].every(({ length }) => length === 0);
  };

  test.each([
    ["networking.k8s.io/v1beta1", "NetworkPolicy", "networking.k8s.io/v1"],
    ["networking.k8s.io/v2", "NetworkPolicy", "networking.k8s.io/v1"],
    ["extensions/v1", "NetworkPolicy", "networking.k8s.io/v1"],
    ["apps/v2", "Deployment", "apps/v1"],
    ["apps/v1beta1", "DaemonSet", "apps/v1"],
    ["v1beta1", "Pod", "v1"],
    ["batch/v1alpha1", "CronJob", "batch/v1"],
  ])("%s %s is refused, as every cluster refuses it", (apiVersion, kind, served) => {
    expect(problemsOf(object(apiVersion, kind))).toEqual([
      `error: ${kind} \`default/a\` would be rejected: no cluster serves \`${apiVersion}\`; write \`${served}\``,
    ]);
    expect(isEmpty(object(apiVersion, kind))).toBe(true);
  });

  test.each([
    ["policy.networking.k8s.io/v9", "AdminNetworkPolicy", "`policy.networking.k8s.io/v1alpha1` is"],
    ["policy.networking.k8s.io/v1alpha2", "BaselineAdminNetworkPolicy", "`policy.networking.k8s.io/v1alpha1` is"],
    [
      "policy.networking.k8s.io/v1alpha1",
      "ClusterNetworkPolicy",
      "`policy.networking.k8s.io/v1alpha2` and `policy.networking.k8s.io/v1beta1` are",
    ],
    ["networking.k8s.aws/v1", "ClusterNetworkPolicy", "`networking.k8s.aws/v1alpha1` is"],
    ["networking.k8s.aws/v1", "ApplicationNetworkPolicy", "`networking.k8s.aws/v1alpha1` is"],
  ])("%s %s is said not to be read, as a newer definition may serve it", (apiVersion, kind, read) => {
    expect(problemsOf(object(apiVersion, kind))).toEqual([
      `warning: 1 of \`${apiVersion} ${kind}\` was not read: of this kind ${read} read, so connections may differ from what is reported`,
    ]);
    expect(isEmpty(object(apiVersion, kind))).toBe(true);
    expect(toCluster(objectsOf(object(apiVersion, kind))).problems).toMatchObject([{ concern: { about: "foreign-policy" } }]);
  });

  test.each([
    ["extensions/v1beta1", "NetworkPolicy", "1.16", "networking.k8s.io/v1"],
    ["batch/v1beta1", "CronJob", "1.25", "batch/v1"],
    ["apps/v1beta2", "StatefulSet", "1.16", "apps/v1"],
  ])("%s %s is read with a warning, as older clusters served it", (apiVersion, kind, since, served) => {
    expect(problemsOf(object(apiVersion, kind))).toContain(
      `warning: ${kind} \`default/a\` is of \`${apiVersion}\`, which Kubernetes ${since} removed: a cluster refuses it, and it is read as \`${served}\`; write that`,
    );
  });
});

describe("lists", () => {
  test("a List is taken apart, and each object knows its place in it", () => {
    const text =
      "{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: Pod, metadata: {name: a}}, {apiVersion: v1, kind: Pod, metadata: {name: b}}]}";
    expect(toCluster(objectsOf(text)).value.workloads).toMatchObject([
      { name: "a", location: { file: "objects.yaml", pointer: "/items/0" } },
      { name: "b", location: { file: "objects.yaml", pointer: "/items/1" } },
    ]);
  });

  test("a list of one kind gives its objects their kind", () => {
    const text = "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicyList, items: [{metadata: {name: a, namespace: b}, spec: {}}]}";
    expect(toCluster(objectsOf(text)).value.policies).toMatchObject([{ namespace: "b", name: "a" }]);
  });

  test("an entry that is no object, and a list that is not known, are said", () => {
    expect(problemsOf("{apiVersion: v1, kind: List, items: [1]}")).toEqual([
      "error: `objects.yaml:1` `/items/0` holds no Kubernetes object; give it an `apiVersion` and a `kind`, or leave it out",
    ]);
    const list = { apiVersion: "v1", kind: "List", items: unknown("var.objects") };
    expect(wordings(toCluster([located(list)]).problems)).toEqual(["warning: the objects of this `List` are not known: var.objects"]);
  });
});

describe("the same object twice", () => {
  const pod = "{apiVersion: v1, kind: Pod, metadata: {name: a, namespace: default}}";

  test("names both places, and the first is kept", () => {
    const text = `${pod}\n---\n{apiVersion: v1, kind: Pod, metadata: {name: a}}`;
    expect(problemsOf(text)[0]).toBe(
      "error: Pod `default/a` is there twice: at `objects.yaml:1` and at `objects.yaml:2`; keep one of them",
    );
    expect(toCluster(objectsOf(text)).value.workloads).toHaveLength(1);
  });

  test("another kind or namespace is another object, and so is a name that is not known", () => {
    const other = "{apiVersion: v1, kind: Pod, metadata: {name: a, namespace: b}}";
    const generated = "{apiVersion: v1, kind: Pod, metadata: {generateName: a-}}";
    const { value, problems } = toCluster(objectsOf([pod, other, generated, generated].join("\n---\n")));
    expect(value.workloads).toHaveLength(4);
    expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
  });
});
