import { unknown } from "../../engine/model";
import type { Json, JsonObject } from "../../inputs/objects";
import { parseSynth, readSynth } from "../../inputs/synth";

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

/** The name a policy gets when it is written as `text` beside the other parts; fails on any problem. */
const nameOf = (text: string, parts: JsonObject = {}): Json | undefined => {
  const { resource, ...others } = parts as { resource?: JsonObject };
  const { value, problems } = readSynth([
    stack("s", { ...others, resource: { ...resource, kubernetes_network_policy_v1: { p: policy(text) } } }),
  ]);
  expect(problems).toEqual([]);
  const object = value.objects.find(({ location }) => location.address === "kubernetes_network_policy_v1.p")?.object;
  return (object?.metadata as JsonObject).name;
};
const why = (reason: string): Json => unknown(reason);

describe("references", () => {
  const shop = {
    resource: { kubernetes_namespace_v1: { x: { metadata: { name: "shop", labels: { "a/b": "c" } } } }, aws_vpc: { v: { tags: [] } } },
  };

  test.each<[string, string, JsonObject]>([
    ["${kubernetes_namespace_v1.x.metadata[0].name}", "shop", shop],
    ["${kubernetes_namespace_v1.x.metadata.0.name}", "shop", shop],
    ["${kubernetes_namespace_v1.x.id}", "shop", shop],
    ['${kubernetes_namespace_v1.x.metadata[0].labels["a/b"]}', "c", shop],
    ["a-${kubernetes_namespace_v1.x.metadata[0].name}-${var.v}-${true}", "a-shop-1-true", { ...shop, variable: { v: { default: 1 } } }],
    ["${local.a}", "deep", { locals: { a: "${local.b.c[1]}", b: { c: ["no", "${var.v}"] } }, variable: { v: { default: "deep" } } }],
    ["${local.key[var.v]}", "b", { locals: [{ key: { a: "b" } }], variable: { v: { default: "a" } } }],
    ["${data.kubernetes_namespace.d.metadata[0].name}", "dn", { data: { kubernetes_namespace: { d: { metadata: { name: "dn" } } } } }],
    ["${kubernetes_service.s.id}", "default/web", { resource: { kubernetes_service: { s: { metadata: { name: "web" } } } } }],
    [
      '${kubernetes_namespace.many["a"].metadata[0].name}',
      "n-a",
      { resource: { kubernetes_namespace: { many: { for_each: { a: 1 }, metadata: { name: "n-${each.key}" } } } } },
    ],
    [
      "${kubernetes_namespace.many[1].metadata[0].name}",
      "n-1",
      { resource: { kubernetes_namespace: { many: { count: 2, metadata: { name: "n-${count.index}" } } } } },
    ],
    ['${jsonencode({"b" = "<", a = [1, var.v]})}', '{"a":[1,"x"],"b":"\\u003c"}', { variable: { v: { default: "x" } } }],
    ['${"quoted-${var.v}"}', "quoted-x", { variable: { v: { default: "x" } } }],
    ["$${literal} %%{text}", "${literal} %{text}", {}],
    ["${var.v}", "${not} a template", { variable: { v: { default: "${not} a template" } } }],
  ])("`%s` is `%s`", (text, expected, parts) => {
    expect(nameOf(text, parts)).toBe(expected);
  });

  const here = "in `kubernetes_network_policy_v1.p`";
  test.each<[string, Json, JsonObject]>([
    ["${aws_vpc.v.arn}", why(`\`\${aws_vpc.v.arn}\` ${here}: known only after apply`), shop],
    ["a-${aws_vpc.v.id}", why(`\`\${aws_vpc.v.id}\` ${here}: known only after apply`), shop],
    ["${var.v}", why(`\`\${var.v}\` ${here}: \`var.v\` has no default`), { variable: { v: { type: "string" } } }],
    [
      "${local.a}",
      why(`\`\${local.a}\` ${here}: \`\${aws_vpc.v.arn}\` in \`local.a\`: known only after apply`),
      { ...shop, locals: { a: "${aws_vpc.v.arn}" } },
    ],
    ["${upper(var.v)}", why(`\`\${upper(var.v)}\` ${here}: needs Terraform to evaluate it`), { variable: { v: { default: "a" } } }],
    [
      '${var.v == "a" ? "b" : "c"}',
      why(`\`\${var.v == "a" ? "b" : "c"}\` ${here}: needs Terraform to evaluate it`),
      { variable: { v: { default: "a" } } },
    ],
    ["%{ if true }a%{ endif }", why(`\`%{ if true }a%{ endif }\` ${here}: needs Terraform to evaluate it`), {}],
    ["${kubernetes_namespace_v1.x}", why(`\`\${kubernetes_namespace_v1.x}\` ${here}: needs Terraform to evaluate it`), shop],
    [
      "${module.m.name}",
      why(`\`\${module.m.name}\` ${here}: an output of a module, which only Terraform evaluates`),
      { module: { m: { source: "./m" } } },
    ],
    ["${path.module}", why(`\`\${path.module}\` ${here}: a path on the machine that runs Terraform`), {}],
    ["${terraform.workspace}", why(`\`\${terraform.workspace}\` ${here}: set when Terraform runs`), {}],
    ["${local.a.b}", why(`\`\${local.a.b}\` ${here}: \`local.a\` does not hold it`), { locals: { a: {} } }],
  ])("`%s` is not known", (text, expected, parts) => {
    expect(nameOf(text, parts)).toEqual(expected);
  });

  it("that cannot be told apart make a whole map unknown, and their values only themselves", () => {
    const resource = {
      aws_vpc: { v: {} },
      kubernetes_namespace: {
        n: { metadata: { name: "n", labels: { "${aws_vpc.v.id}": "x" } } },
        m: { metadata: { name: "m", labels: { a: "${aws_vpc.v.id}", b: "c" } } },
      },
    };
    const { value } = parseSynth([stack("s", { resource })]);
    expect(value.map(({ object }) => object.metadata)).toEqual([
      { name: "n", labels: unknown("`${aws_vpc.v.id}` in `kubernetes_namespace.n`: known only after apply") },
      { name: "m", labels: { a: unknown("`${aws_vpc.v.id}` in `kubernetes_namespace.m`: known only after apply"), b: "c" } },
    ]);
  });

  it("to other stacks are found by the name of the data source, or by the backend", () => {
    const state = (config: JsonObject): JsonObject => ({ backend: "s3", config });
    const producer = {
      terraform: { backend: { s3: { bucket: "b", key: "net", encrypt: true } } },
      output: { ns: { value: "${kubernetes_namespace.n.metadata[0].name}" }, arn: { value: "${kubernetes_namespace.n.metadata[0].uid}" } },
      resource: { kubernetes_namespace: { n: { metadata: { name: "shop" } } } },
    };
    const data = {
      terraform_remote_state: {
        "cross-stack-reference-input-net": state({}),
        byhand: state({ bucket: "b", key: "net" }),
        elsewhere: state({ bucket: "b", key: "other" }),
      },
    };
    const from = (source: string, output: string): JsonObject => policy(`\${data.terraform_remote_state.${source}.outputs.${output}}`);
    const resource = {
      kubernetes_network_policy: {
        a: from("cross-stack-reference-input-net", "ns"),
        b: from("byhand", "ns"),
        c: from("elsewhere", "ns"),
        d: from("byhand", "arn"),
      },
    };
    const { value, problems } = parseSynth([stack("app", { data, resource }), stack("net", producer)]);
    expect(problems).toEqual([]);
    expect(value.slice(0, 4).map(({ object }) => (object.metadata as JsonObject).name)).toEqual([
      "shop",
      "shop",
      unknown(
        "`${data.terraform_remote_state.elsewhere.outputs.ns}` in `kubernetes_network_policy.c`: output `ns` of another state, which is not in the input",
      ),
      unknown(
        "`${data.terraform_remote_state.byhand.outputs.arn}` in `kubernetes_network_policy.d`: `${kubernetes_namespace.n.metadata[0].uid}` in `output.arn of stack net`: known only after apply",
      ),
    ]);
  });

  it("that multiply without end stop at a limit", () => {
    const locals = Object.fromEntries(
      Array.from({ length: 60 }, (_, level) => [`l${level}`, level === 0 ? "x" : `\${local.l${level - 1}}\${local.l${level - 1}}`]),
    );
    expect(nameOf("${local.l59}", { locals })).toMatchObject({ unknown: true });
  });
});
