import type { JoinedInput, JsonObject } from "../../inputs";
import { constant, errorsOf, type File, namesOf, plan, read, referring, severalClusters, shown, stack } from "./cluster-inputs";

describe("the provider configurations of a plan", () => {
  const pair = (one: JsonObject, other: JsonObject, more: JsonObject = {}): File =>
    plan(
      "plan.json",
      { kubernetes: shown(one), "kubernetes.other": shown(other, { alias: "other" }) },
      { a: "kubernetes", b: "kubernetes.other" },
      more,
    );
  const endpoint = (address: string): JsonObject => ({ host: referring(`${address}.endpoint`, address) });

  test.each<[string, JsonObject, JsonObject]>([
    ["constants are equal", { config_context: constant("a") }, { config_context: constant("a"), token: referring("var.token") }],
    ["both are the address of one cluster", endpoint("aws_eks_cluster.x"), endpoint("aws_eks_cluster.x")],
    ["nothing is said", {}, {}],
    ["what is said is null", { config_path: { constant_value: null } }, {}],
  ])("are one cluster when %s", (_, one, other) => {
    expect(errorsOf([pair(one, other)])).toEqual([]);
  });

  test.each<[string, JsonObject, JsonObject]>([
    ["constants differ", { config_context: constant("a") }, { config_context: constant("b") }],
    ["they are addresses of two clusters", endpoint("aws_eks_cluster.x"), endpoint("aws_eks_cluster.y")],
    [
      "a text is made with one variable, as the text around it is not shown",
      { host: referring("var.domain") },
      { host: referring("var.domain") },
    ],
    ["a part of them is not shown", { config_context: referring("var.env") }, { config_context: referring("var.env") }],
  ])("are two clusters when %s", (_, one, other) => {
    expect(errorsOf([pair(one, other)])).toEqual([severalClusters]);
    expect(namesOf([pair(one, other)], "kubernetes.other")).toEqual(["b"]);
    expect(errorsOf([pair(one, other)], "kubernetes", "kubernetes.other")).toEqual([]);
  });

  test("are followed through outputs of modules and to addresses that are known", () => {
    const module = {
      outputs: {
        cluster_endpoint: { expression: referring("aws_eks_cluster.this[0].endpoint", "aws_eks_cluster.this[0]", "aws_eks_cluster.this") },
      },
    };
    const read = {
      prior_state: {
        values: {
          root_module: {
            resources: [
              { address: "data.aws_eks_cluster.x", mode: "data", type: "aws_eks_cluster", values: { name: "x", endpoint: "https://x" } },
              { address: "data.aws_eks_cluster.same", mode: "data", type: "aws_eks_cluster", values: { name: "x", endpoint: "https://x" } },
            ],
          },
        },
      },
    };
    const calls = { root_module: { module_calls: { eks: { module }, other: { module } } } };
    const output = (name: string): JsonObject => ({ host: referring(`module.${name}.cluster_endpoint`, `module.${name}`) });
    expect(errorsOf([pair(output("eks"), output("eks"), calls)])).toEqual([]);
    expect(errorsOf([pair(output("eks"), output("other"), calls)])).toEqual([severalClusters]);
    expect(errorsOf([pair(endpoint("data.aws_eks_cluster.x"), endpoint("data.aws_eks_cluster.same"), read)])).toEqual([]);
    expect(errorsOf([pair(endpoint("data.aws_eks_cluster.x"), { host: constant("https://x") }, read)])).toEqual([]);
    const { chosen } = joinedTargets(pair(output("eks"), {}, calls));
    expect(chosen[0]?.host).toMatchObject({
      because: expect.stringContaining("`${module.eks.aws_eks_cluster.this[0].endpoint}`") as string,
    });
  });

  test.each(['data.x.y["\\U0001F600"].endpoint', "data.x.y[9].z.endpoint", "module.m[0]", "data.endpoint", '["a"].host', "endpoint", ""])(
    "are two clusters when %s leads nowhere, and nothing breaks",
    (reference) => {
      expect(errorsOf([pair({ host: referring(reference) }, { host: constant("https://x") })])).toEqual([severalClusters]);
    },
  );

  test.each<[string, unknown]>([
    ["no object", 5],
    ["a list", [[]]],
    ["text where expressions are", { full_name: "kubernetes", expressions: "x" }],
    ["a number for an address", { full_name: "kubernetes", expressions: { host: { constant_value: 5 } } }],
  ])("that are %s break nothing", (_, provider) => {
    expect(namesOf([plan("plan.json", { kubernetes: provider as JsonObject }, { a: "kubernetes" })])).toEqual(["a"]);
  });

  test("of a module are those around it, unless it has its own", () => {
    const own = shown({ config_context: constant("b") }, { module_address: "module.m" });
    const configured = { kubernetes: shown({ config_context: constant("a") }) };
    expect(errorsOf([plan("plan.json", configured, { a: "kubernetes", b: "module.m:kubernetes" })])).toEqual([]);
    const both = plan("plan.json", { ...configured, "module.m:kubernetes": own }, { a: "kubernetes", b: "module.m:kubernetes" });
    expect(errorsOf([both])).toEqual([severalClusters]);
    expect(namesOf([both], "module.m:kubernetes")).toEqual(["b"]);
  });

  test("are known by their provider, whatever they are called", () => {
    const file = plan(
      "plan.json",
      { k: shown({ config_context: constant("a") }), aws: shown({}, { full_name: "hashicorp/aws" }) },
      { a: "k", b: "aws" },
    );
    expect(read([file]).value.targets.names).toEqual(["k"]);
  });

  test("leave out the changes, the doubts and the suppressions of other clusters", () => {
    const file = pair({ config_context: constant("a") }, { config_context: constant("b") });
    const { changes, after } = read([file], "kubernetes").value;
    expect(changes.map(({ address }) => address)).toEqual(["kubernetes_namespace_v1.a"]);
    expect(after.resources.map(({ address }) => address)).toEqual(["kubernetes_namespace_v1.a"]);
  });

  test("are not said of what is gone from the configuration: with several clusters the input is then incomplete", () => {
    const [name, root] = pair({ config_context: constant("a") }, { config_context: constant("b") });
    const gone = {
      address: "kubernetes_namespace_v1.gone",
      mode: "managed",
      type: "kubernetes_namespace_v1",
      name: "gone",
      change: { actions: ["delete"], before: { metadata: [{ name: "gone" }] }, after: null },
    };
    const file: File = [name, { ...root, resource_changes: [...(root.resource_changes as readonly JsonObject[]), gone] }];
    const { value } = read([file], "kubernetes");
    expect(value.before?.objects).toHaveLength(1);
    expect(value.incomplete).toEqual([expect.stringContaining("nothing says which cluster `kubernetes_namespace_v1.gone` belonged to")]);
    expect(read([plan("plan.json", {}, { a: "kubernetes" })]).value.incomplete).toEqual([]);
  });

  test("are those of the stack when its configuration is given too", () => {
    const provider = { kubernetes: [{ host: "${aws_eks_cluster.x.endpoint}" }] };
    const cluster = { resource: { aws_eks_cluster: { x: { name: "x" } } } };
    const planned = plan("policies/plan.json", { kubernetes: shown({ host: referring("var.something") }) }, { a: "kubernetes" });
    const files = [stack("policies", provider, { a: undefined }, cluster), stack("more", provider, { b: undefined }, cluster), planned];
    expect(errorsOf(files)).toEqual([severalClusters]);
    const shared = { kubernetes: [{ host: "https://one" }] };
    expect(errorsOf([stack("policies", shared, { a: undefined }), stack("more", shared, { b: undefined }), planned])).toEqual([]);
  });
});

const joinedTargets = (file: File): JoinedInput["targets"] => read([file], "kubernetes").value.targets;
