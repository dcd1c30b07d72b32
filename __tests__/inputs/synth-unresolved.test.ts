import type { JsonObject } from "../../inputs/objects";
import { parseSynth } from "../../inputs/synth";

const stackFile = "cdktf.out/stacks/s/cdk.tf.json";
const messagesOf = (parts: JsonObject): readonly string[] =>
  parseSynth([{ file: stackFile, text: JSON.stringify(parts) }]).problems.map(({ message }) => message);
const policy = (name: string, namespace = "shop"): JsonObject => ({ metadata: { name, namespace }, spec: { pod_selector: {} } });
const policies = (bodies: JsonObject, more: JsonObject = {}): JsonObject => ({
  ...more,
  resource: { kubernetes_network_policy_v1: bodies },
});

describe("a reference to what is not there", () => {
  const wayOut = "declare it, or correct the reference, and synthesize again";

  it("is an error that says where and what to do", () => {
    const comment = { metadata: { path: "s/team/deny" } };
    const text = JSON.stringify(policies({ p: { "//": comment, ...policy("p", "${kubernetes_namespace_v1.gone.metadata[0].name}") } }));
    expect(parseSynth([{ file: stackFile, text }]).problems).toEqual([
      {
        severity: "error",
        message: `unresolved reference: \`kubernetes_namespace_v1.gone.metadata[0].name\` in \`kubernetes_network_policy_v1.p\` refers to \`kubernetes_namespace_v1.gone\`, which stack \`s\` does not declare; ${wayOut}`,
        location: {
          file: stackFile,
          pointer: "/resource/kubernetes_network_policy_v1/p/metadata/namespace",
          address: "kubernetes_network_policy_v1.p",
          constructPath: "s/team/deny",
        },
      },
    ]);
  });

  const missing = (reference: string, target: string, place = "kubernetes_network_policy_v1.p"): string =>
    `unresolved reference: \`${reference}\` in \`${place}\` refers to \`${target}\`, which stack \`s\` does not declare; ${wayOut}`;

  test.each<[string, string[]]>([
    ["${var.gone}", [missing("var.gone", "var.gone")]],
    ["a-${local.gone.x}-${var.gone}", [missing("local.gone.x", "local.gone"), missing("var.gone", "var.gone")]],
    ["${data.aws_vpc.gone.id}", [missing("data.aws_vpc.gone.id", "data.aws_vpc.gone")]],
    ["${module.gone.id}", [missing("module.gone.id", "module.gone")]],
    ['${lower(aws_vpc.gone.tags["a b"])}', [missing('aws_vpc.gone.tags["a b"]', "aws_vpc.gone")]],
    [
      "${each.key}",
      [
        "unresolved reference: `each.key` in `kubernetes_network_policy_v1.p` refers to `each`, which needs a `for_each` around it; add `for_each`, or write the value itself",
      ],
    ],
    [
      "${count.index}",
      [
        "unresolved reference: `count.index` in `kubernetes_network_policy_v1.p` refers to `count`, which needs a `count` around it; add `count`, or write the value itself",
      ],
    ],
  ])("%s", (name, messages) => {
    expect(messagesOf(policies({ p: policy(name) }))).toEqual(messages);
  });

  it("is found in depends_on, outputs and locals too", () => {
    const parts = policies(
      { p: { ...policy("p"), depends_on: ["aws_eks_addon.gone"] } },
      { output: { o: { value: "${aws_vpc.gone.id}" } }, locals: { l: ["${var.gone}"] } },
    );
    expect(messagesOf(parts)).toEqual([
      "unresolved reference: `aws_eks_addon.gone` in `depends_on` of `kubernetes_network_policy_v1.p` refers to `aws_eks_addon.gone`, which stack `s` does not declare; declare it, or correct the reference, and synthesize again",
      missing("var.gone", "var.gone", "local.l"),
      missing("aws_vpc.gone.id", "aws_vpc.gone", "output.o"),
    ]);
  });

  it("may be to an instance that is not made", () => {
    const resource = {
      kubernetes_namespace: { n: { for_each: { a: 1 }, metadata: { name: "${each.key}" } } },
      kubernetes_network_policy: { p: policy("p", '${kubernetes_namespace.n["b"].metadata[0].name}') },
    };
    expect(messagesOf({ resource })).toEqual([
      'unresolved reference: `kubernetes_namespace.n["b"].metadata[0].name` in `kubernetes_network_policy.p` refers to instance `"b"` of `kubernetes_namespace.n`, which its `for_each` or `count` does not make; correct the reference',
    ]);
  });

  it("may be to an output that the other stack does not have", () => {
    const data = { terraform_remote_state: { "cross-stack-reference-input-net": {} } };
    const text = JSON.stringify(
      policies({ p: policy("p", "${data.terraform_remote_state.cross-stack-reference-input-net.outputs.ns}") }, { data }),
    );
    const { problems } = parseSynth([
      { file: stackFile, text },
      { file: "cdktf.out/stacks/net/cdk.tf.json", text: '{"terraform": {}}' },
    ]);
    expect(problems.map(({ message }) => message)).toEqual([
      "unresolved reference: `data.terraform_remote_state.cross-stack-reference-input-net.outputs.ns` in `kubernetes_network_policy_v1.p` refers to output `ns`, which stack `net` does not have; synthesize `net` again and pass both",
    ]);
  });
});

describe("references that lead back to themselves", () => {
  test.each<[string, JsonObject, string]>([
    ["directly", { locals: { a: "${local.a}" } }, "`local.a` → `local.a`"],
    [
      "through others, reported once",
      { locals: { a: "${local.b}", b: "x-${local.c}", c: "${local.a}" } },
      "`local.a` → `local.b` → `local.c` → `local.a`",
    ],
    [
      "through resources",
      {
        resource: {
          kubernetes_namespace: {
            a: { metadata: { name: "${kubernetes_namespace.b.id}" } },
            b: { metadata: { name: "${kubernetes_namespace.a.id}" } },
          },
        },
      },
      "`kubernetes_namespace.a.id` → `kubernetes_namespace.b.id` → `kubernetes_namespace.a.id`",
    ],
    ["through for_each", { resource: { aws_vpc: { a: { for_each: "${aws_vpc.a}" } } } }, "`aws_vpc.a` → `aws_vpc.a`"],
  ])("%s", (_, parts, circle) => {
    expect(messagesOf({ terraform: {}, ...parts })).toContain(
      `${circle}: these references form a circle; break it, as Terraform refuses it`,
    );
  });

  it("are reported once, wherever they are met", () => {
    expect(messagesOf({ terraform: {}, locals: { a: "${local.b}", b: "${local.a}" } })).toHaveLength(1);
  });
});
