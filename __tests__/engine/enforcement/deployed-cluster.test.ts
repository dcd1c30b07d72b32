import { resourcesOfCluster } from "../../../engine/enforcement/deployed-cluster";
import { enforcementOf } from "../../../engine/enforcement/enforcement";
import { evaluate } from "../../../engine/evaluation";
import { isUnknown } from "../../../engine/model";
import { type JoinedInput, joinInputs, type JsonObject, readInputs } from "../../../inputs";
import { toCluster } from "../../../inputs/kubernetes";

interface File {
  readonly name: string;
  readonly root: JsonObject;
}

function joined(files: readonly File[], ...providers: readonly string[]): JoinedInput {
  const read = readInputs(files.map(({ name, root }) => ({ file: `cdktf.out/stacks/${name}/cdk.tf.json`, text: JSON.stringify(root) })));
  const { value, problems } = joinInputs(read.value, providers.length === 0 ? {} : { providers });
  expect([...read.problems, ...problems].filter(({ severity }) => severity === "error")).toEqual([]);
  return value;
}

/** The clusters, add-ons and nodes that are left for the objects of an input. */
function left(...parameters: Parameters<typeof joined>): readonly string[] {
  const { after, targets } = joined(...parameters);
  return resourcesOfCluster(after.resources, targets)
    .filter(({ type, mode }) => type.startsWith("aws_eks_") && mode === "managed")
    .map(({ address }) => address)
    .sort();
}

function enforcement(...parameters: Parameters<typeof joined>): ReturnType<typeof enforcementOf> {
  const { after, targets } = joined(...parameters);
  const { objects } = after;
  const infrastructure = resourcesOfCluster(after.resources, targets);
  return enforcementOf({ evaluation: evaluate(toCluster(objects).value), infrastructure, objects });
}

const addon = (cluster_name: string, on: "true" | "false"): JsonObject => ({
  cluster_name,
  addon_name: "vpc-cni",
  addon_version: "v1.23.1-eksbuild.1",
  configuration_values: JSON.stringify({ enableNetworkPolicy: on }),
});

/** Two clusters: policies are enforced in `prod` and not in `test`. */
const clusters = (more: JsonObject = {}): JsonObject => ({
  aws_eks_cluster: { prod: { name: "prod", version: "1.35" }, test: { name: "test", version: "1.35" } },
  aws_eks_addon: { prod: addon("${aws_eks_cluster.prod.name}", "true"), test: addon("test", "false") },
  aws_eks_node_group: { test: { cluster_name: "${aws_eks_cluster.test.id}" } },
  ...more,
});
const policy: JsonObject = {
  kubernetes_network_policy_v1: {
    p: { metadata: { name: "p", namespace: "shop" }, spec: { pod_selector: {}, policy_types: ["Ingress"] } },
  },
};
const stack = (name: string, resource: JsonObject, more: JsonObject = {}): File => ({
  name,
  root: { "//": { metadata: { stackName: name, version: "0.21.0" } }, terraform: {}, resource, ...more },
});
const one = (provider: JsonObject, more: JsonObject = {}): readonly File[] => [
  stack("s", { ...clusters(), ...policy }, { provider: { kubernetes: [provider] }, ...more }),
];

const onlyProd = ["aws_eks_addon.prod", "aws_eks_cluster.prod"];
const onlyTest = ["aws_eks_addon.test", "aws_eks_cluster.test", "aws_eks_node_group.test"];
const both = [...onlyProd, ...onlyTest].sort();

const read = (name: string): JsonObject => ({ data: { aws_eks_cluster: { it: { name } } } });

test.each<[string, readonly File[]]>([
  ["its address", one({ host: "${aws_eks_cluster.prod.endpoint}" })],
  ["a data source of its name", one({ host: "${data.aws_eks_cluster.it.endpoint}" }, read("prod"))],
  ["a data source that refers to it", one({ host: "${data.aws_eks_cluster.it.endpoint}" }, read("${aws_eks_cluster.prod.id}"))],
  [
    "the name that a token is fetched for",
    one({ host: "${var.host}", exec: { args: ["eks", "--cluster-name", "prod"] } }, { variable: { host: {} } }),
  ],
])("the cluster of the objects is told by %s", (_, files) => {
  expect(left(files)).toEqual(onlyProd);
  expect(enforcement(files).enforcement.state).toBe("enforced");
});

test("the cluster of the objects is told by an output of the stack that makes it", () => {
  const outputs = { output: { endpoint: { value: "${aws_eks_cluster.test.endpoint}" } } };
  const data = { terraform_remote_state: { "cross-stack-reference-input-infra": { backend: "local", config: { path: "x" } } } };
  const host = "${data.terraform_remote_state.cross-stack-reference-input-infra.outputs.endpoint}";
  const files = [stack("infra", clusters(), outputs), stack("policies", policy, { data, provider: { kubernetes: [{ host }] } })];
  expect(left(files)).toEqual(onlyTest);
  expect(enforcement(files).enforcement.state).toBe("none");
});

test("the choice of a provider configuration chooses the infrastructure too", () => {
  const kubernetes = [
    { host: "${aws_eks_cluster.prod.endpoint}" },
    { alias: "test", host: "${aws_eks_cluster.test.endpoint}" },
    { alias: "elsewhere", config_context: "x" },
  ];
  const spaces = {
    t: { provider: "kubernetes.test", metadata: { name: "t" } },
    e: { provider: "kubernetes.elsewhere", metadata: { name: "e" } },
  };
  const files = [stack("s", { ...clusters(), ...policy, kubernetes_namespace_v1: spaces }, { provider: { kubernetes } })];
  expect(left(files, "kubernetes")).toEqual(onlyProd);
  expect(left(files, "kubernetes.test")).toEqual(onlyTest);
  // The clusters that other configurations lead to are not this one.
  expect(left(files, "kubernetes.elsewhere")).toEqual([]);
  expect(enforcement(files, "kubernetes.elsewhere").enforcement.state).toBe("unknown");
});

test("one cluster alone is that of the objects, unless it is known to be that of others", () => {
  const single = { ...policy, aws_eks_cluster: { prod: { name: "prod" } } };
  expect(left([stack("s", single, { provider: { kubernetes: [{ host: "https://somewhere" }] } })])).toEqual(["aws_eks_cluster.prod"]);
});

test("addresses that are known tell clusters apart", () => {
  const [prod, test] = ["https://prod", "https://test"].map((endpoint) => ({ name: endpoint.slice("https://".length), endpoint }));
  const resources = { ...policy, ...clusters({ aws_eks_cluster: { prod, test } as unknown as JsonObject }) };
  const at = (host: string): readonly string[] => left([stack("s", resources, { provider: { kubernetes: [{ host }] } })]);
  expect(at("https://test")).toEqual(onlyTest);
  expect(at("https://somewhere")).toEqual([]);
});

describe("while nothing tells which of several clusters it is", () => {
  const files = one({ config_path: "~/.kube/config" });

  test("all of them stay, and enforcement is undecided where they differ", () => {
    expect(left(files)).toEqual(both);
    const { enforcement: stated, settings, obstacles } = enforcement(files);
    expect(stated).toMatchObject({ state: "undecided", policies: [{ name: "p" }] });
    expect(stated.grounds[0]?.message).toBe(
      "nothing tells which of the EKS clusters `aws_eks_cluster.prod` and `aws_eks_cluster.test` the objects are deployed to, and they differ",
    );
    expect(isUnknown(settings.enabled)).toBe(true);
    expect(obstacles.map(({ reach }) => reach)).not.toContain("none");
  });

  test.each([
    ["enforced", "true"],
    ["none", "false"],
  ] as const)("it is decided where all of them agree: %s", (state, on) => {
    const addons = { prod: addon("prod", on), test: addon("test", on) };
    expect(enforcement([stack("s", { ...policy, ...clusters({ aws_eks_addon: addons }) })]).enforcement.state).toBe(state);
  });

  test("it is undecided where an add-on is in a cluster that cannot be told", () => {
    const addons = { prod: addon("prod", "true"), test: addon("test", "true"), stray: addon("${var.name}", "true") };
    const resources = { ...policy, ...clusters({ aws_eks_addon: addons }) };
    expect(enforcement([stack("s", resources, { variable: { name: {} } })]).enforcement.state).toBe("undecided");
  });

  test("it is undecided where one of them has no add-on", () => {
    const resources = { ...policy, ...clusters({ aws_eks_addon: { prod: addon("prod", "true") } }) };
    expect(enforcement([stack("s", resources)]).enforcement.state).toBe("undecided");
  });
});
