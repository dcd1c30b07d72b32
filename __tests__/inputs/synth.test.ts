import { readFileSync } from "node:fs";
import { join } from "node:path";
import { unknown } from "../../engine/model";
import type { Json, JsonObject } from "../../inputs/objects";
import { parseSynth, readSynth } from "../../inputs/synth";

const fixtures = join(__dirname, "../fixtures/terraform");
const fixture = (name: string): string => readFileSync(join(fixtures, name), "utf8");

const configuration = (parts: JsonObject): string => JSON.stringify({ terraform: {}, ...parts });
const stack = (name: string, parts: JsonObject): { file: string; text: string } => ({
  file: `cdktf.out/stacks/${name}/cdk.tf.json`,
  text: configuration(parts),
});
const policy = (name: string, spec: JsonObject = {}, more: JsonObject = {}): JsonObject => ({
  metadata: { name },
  spec: { pod_selector: {}, ...spec },
  ...more,
});

describe("a synthesized stack", () => {
  it("becomes the objects it deploys, as recorded", () => {
    const { value, problems } = parseSynth([{ file: "cdk.tf.json", text: fixture("cdk.tf.json") }]);
    expect(problems).toEqual([]);
    expect(value).toEqual(JSON.parse(fixture("cdk.objects.json")));
  });

  it("resolves a reference to another stack once that stack is there", () => {
    const cluster = {
      "//": { metadata: { stackName: "cluster" } },
      output: { "cross-stack-output-aws_vpcvpccidr_block": { sensitive: true, value: "${aws_vpc.vpc.cidr_block}" } },
      resource: { aws_vpc: { vpc: { cidr_block: "10.0.0.0/16" } } },
    };
    const { value } = parseSynth([
      { file: "policies.json", text: fixture("cdk.tf.json") },
      { file: "cluster.json", text: configuration(cluster) },
    ]);
    expect(JSON.stringify(value)).toContain('"cidr":"10.0.0.0/16"');
    expect(JSON.stringify(value)).not.toContain('"unknown"');
  });

  it("keeps where the construct was created, when synth recorded it", () => {
    const comment = {
      metadata: { path: "s/deny", uniqueId: "deny" },
      netpol: { source: { file: "stacks/policies.ts", line: 41 }, suppress: [{ id: "NP201" }] },
    };
    const { value } = readSynth([
      stack("s", { resource: { kubernetes_network_policy_v1: { deny: policy("deny", {}, { "//": comment }) } } }),
    ]);
    expect(value.objects[0]?.location).toEqual({
      file: "cdktf.out/stacks/s/cdk.tf.json",
      pointer: "/resource/kubernetes_network_policy_v1/deny",
      address: "kubernetes_network_policy_v1.deny",
      constructPath: "s/deny",
      created: { file: "stacks/policies.ts", line: 41 },
    });
    expect(value.resources[0]?.comment).toEqual(comment);
  });

  it("does without construct metadata, which a test's synth leaves out, and with a byte order mark", () => {
    const { file, text } = stack("s", { resource: { kubernetes_namespace: { n: { metadata: { name: "shop" } } } } });
    expect(parseSynth([{ file, text: `\uFEFF${text}` }])).toEqual({
      value: [
        {
          object: { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } },
          location: { file, pointer: "/resource/kubernetes_namespace/n", address: "kubernetes_namespace.n" },
        },
      ],
      problems: [],
    });
  });

  it("may be written by hand in several files, with lists where Terraform allows them", () => {
    const files = [
      {
        file: "infra/a.tf.json",
        text: JSON.stringify({ resource: [{ kubernetes_namespace: [{ n: [{ metadata: [{ name: "shop" }] }] }] }] }),
      },
      {
        file: "infra/b.tf.json",
        text: JSON.stringify({ resource: { kubernetes_network_policy: { p: policy("in-${kubernetes_namespace.n.metadata[0].name}") } } }),
      },
    ];
    const { value, problems } = parseSynth(files);
    expect(problems).toEqual([]);
    expect(value.map(({ object, location }) => [object.metadata, location.pointer])).toEqual([
      [{ name: "shop" }, "/resource/0/kubernetes_namespace/0/n/0"],
      [{ name: "in-shop" }, "/resource/kubernetes_network_policy/p"],
    ]);
  });
});

describe("instances", () => {
  const instances = (body: JsonObject, parts: JsonObject = {}): Json => {
    const { value, problems } = readSynth([
      stack("s", {
        ...parts,
        resource: { aws_vpc: { v: {} }, kubernetes_namespace: { n: { metadata: { name: "${each.key}-${each.value}" }, ...body } } },
      }),
    ]);
    expect(problems).toEqual([]);
    return value.objects.map(({ object, location }) => [location.address, (object.metadata as JsonObject).name] as Json);
  };

  test.each<[string, JsonObject, JsonObject, Json]>([
    [
      "a map",
      { for_each: { b: 1, "a/c": "x" } },
      {},
      [
        ['kubernetes_namespace.n["a/c"]', "a/c-x"],
        ['kubernetes_namespace.n["b"]', "b-1"],
      ],
    ],
    [
      "a set",
      { for_each: '${toset(["b", "a", "b"])}' },
      {},
      [
        ['kubernetes_namespace.n["a"]', "a-a"],
        ['kubernetes_namespace.n["b"]', "b-b"],
      ],
    ],
    ["a map in a local", { for_each: "${local.all}" }, { locals: { all: { k: "v" } } }, [['kubernetes_namespace.n["k"]', "k-v"]]],
    ["an empty map", { for_each: {} }, {}, []],
    [
      "a count",
      { count: 2, metadata: { name: "n${count.index}" } },
      {},
      [
        ["kubernetes_namespace.n[0]", "n0"],
        ["kubernetes_namespace.n[1]", "n1"],
      ],
    ],
    [
      "a count from a variable",
      { count: "${var.n}", metadata: { name: "n${count.index}" } },
      { variable: { n: { type: "number", default: "1" } } },
      [["kubernetes_namespace.n[0]", "n0"]],
    ],
    ["no count", { count: 0 }, {}, []],
    ["null", { count: null, for_each: null, metadata: { name: "n" } }, {}, [["kubernetes_namespace.n", "n"]]],
  ])("of %s", (_, body, parts, expected) => {
    expect(instances(body, parts)).toEqual(expected);
  });

  it("that are not known are one that may not exist, and a warning", () => {
    const because = "`${aws_vpc.v.ids}` in `kubernetes_network_policy.p`: known only after apply";
    const resource = { aws_vpc: { v: {} }, kubernetes_network_policy: { p: policy("${each.key}", {}, { for_each: "${aws_vpc.v.ids}" }) } };
    const { value, problems } = readSynth([stack("s", { resource })]);
    expect(value.objects.map(({ object }) => object.spec)).toEqual([{ podSelector: unknown(because) }]);
    expect(problems.map(({ severity, message }) => [severity, message])).toEqual([
      [
        "warning",
        `how many \`kubernetes_network_policy.p\` there are is not known (${because}): what depends on them is undecided, and a plan tells`,
      ],
    ]);
  });
});

describe("dynamic blocks", () => {
  const ingress = (spec: JsonObject): Json | undefined => {
    const { value, problems } = parseSynth([
      stack("s", { locals: { l: ["10.0.0.0/8"] }, resource: { aws_vpc: { v: {} }, kubernetes_network_policy: { p: policy("p", spec) } } }),
    ]);
    expect(problems).toEqual([]);
    return (value[0]?.object.spec as JsonObject).ingress;
  };
  const from = (value: string): JsonObject => ({ from: [{ ip_block: { cidr: value } }] });
  const rule = (cidr: Json): Json => ({ from: [{ ipBlock: { cidr } }] });
  const later = (address = "aws_vpc.v.ids"): Json =>
    unknown(`\`\${${address}}\` in \`kubernetes_network_policy.p\`: known only after apply`);

  test.each<[string, JsonObject, Json | undefined]>([
    [
      "from a list",
      { ingress: { for_each: ["10.0.0.0/8", "::/0"], content: from("${ingress.value}") } },
      [rule("10.0.0.0/8"), rule("::/0")],
    ],
    [
      "from a set, its key the value",
      { ingress: { for_each: '${toset(["b", "a"])}', iterator: "i", content: from("${i.key}") } },
      [rule("a"), rule("b")],
    ],
    ["from a map", { ingress: [{ for_each: { k: "v" }, content: from("${ingress.key}${ingress.value}") }] }, [rule("kv")]],
    ["from a local", { ingress: { for_each: "${local.l}", content: from("${ingress.value}") } }, [rule("10.0.0.0/8")]],
    ["from nothing", { ingress: { for_each: [], content: from("x") } }, undefined],
    ["without content", { ingress: { for_each: ["x"] } }, [{}]],
    ["from what is not known", { ingress: { for_each: "${aws_vpc.v.ids}", content: from("x") } }, later()],
    [
      "from a set with an unknown element",
      { ingress: { for_each: '${toset(["a", aws_vpc.v.ids])}', content: from("x") } },
      {
        unknown: true,
        because: '`${toset(["a", aws_vpc.v.ids])}` in `kubernetes_network_policy.p`: known only after apply',
      },
    ],
    [
      "from a list with an unknown element",
      { ingress: { for_each: ["${aws_vpc.v.ids}"], content: from("${ingress.value}") } },
      [
        rule(
          unknown(
            "`${ingress.value}` in `kubernetes_network_policy.p`: `${aws_vpc.v.ids}` in `kubernetes_network_policy.p`: known only after apply",
          ),
        ),
      ],
    ],
    [
      "inside each other",
      {
        ingress: {
          for_each: [["a", "b"]],
          content: { dynamic: { from: { for_each: "${ingress.value}", content: { ip_block: { cidr: "${from.value}" } } } } },
        },
      },
      [{ from: [{ ipBlock: { cidr: "a" } }, { ipBlock: { cidr: "b" } }] }],
    ],
  ])("%s", (_, dynamic, expected) => {
    expect(ingress({ dynamic })).toEqual(expected);
  });

  it("follow the blocks that are written out, and leave these known", () => {
    expect(ingress({ ingress: from("x"), dynamic: [{ ingress: { for_each: ["y"], content: from("${ingress.value}") } }] })).toEqual([
      rule("x"),
      rule("y"),
    ]);
    expect(ingress({ ingress: from("x"), dynamic: { ingress: { for_each: "${aws_vpc.v.ids}", content: from("y") } } })).toEqual([
      rule("x"),
      later(),
    ]);
  });
});

describe("resources of every provider", () => {
  it("come with what they refer to and depend on", () => {
    const resource = {
      aws_iam_role: { cni: { name: "cni" } },
      aws_eks_cluster: { c: { name: "demo" } },
      aws_eks_addon: {
        cni: {
          addon_name: "vpc-cni",
          cluster_name: "${aws_eks_cluster.c.name}",
          service_account_role_arn: "${aws_iam_role.cni.arn}",
          addon_version: "${data.aws_eks_addon_version.v.version}",
          configuration_values: '{"enableNetworkPolicy":"true"}',
          tags: { x: "${lower(aws_iam_role.cni.name)}", y: '${aws_eks_cluster.c.name == "" ? 1 : 2}' },
          depends_on: ["aws_eks_cluster.c"],
          lifecycle: { prevent_destroy: true },
        },
      },
    };
    const data = { aws_eks_addon_version: { v: { addon_name: "vpc-cni", most_recent: true } } };
    const { value, problems } = readSynth([stack("cluster", { data, resource })]);
    expect(problems).toEqual([]);
    expect(value.resources.map(({ mode, address, stack: owner }) => [mode, address, owner])).toEqual([
      ["managed", "aws_iam_role.cni", "cluster"],
      ["managed", "aws_eks_cluster.c", "cluster"],
      ["managed", "aws_eks_addon.cni", "cluster"],
      ["data", "data.aws_eks_addon_version.v", "cluster"],
    ]);
    expect(value.resources[2]).toMatchObject({
      type: "aws_eks_addon",
      pointer: "/resource/aws_eks_addon/cni",
      dependsOn: ["aws_eks_cluster.c"],
      references: ["aws_eks_cluster.c", "aws_iam_role.cni", "data.aws_eks_addon_version.v"],
      values: {
        addon_name: "vpc-cni",
        cluster_name: "demo",
        configuration_values: '{"enableNetworkPolicy":"true"}',
        service_account_role_arn: { unknown: true },
      },
    });
    expect(Object.keys(value.resources[2]?.values ?? {})).not.toContain("lifecycle");
    expect(value.resources[3]?.type).toBe("aws_eks_addon_version");
  });
});
