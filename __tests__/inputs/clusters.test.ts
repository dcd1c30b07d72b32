import fc from "fast-check";
import { type JsonObject, readInputs } from "../../inputs";
import { propertyRuns } from "../property-runs";
import { constant, errorsOf, type File, namesOf, notesOf, plan, read, severalClusters, shown, stack } from "./cluster-inputs";

const two = { kubernetes: [{ config_context: "prod" }, { alias: "staging", config_context: "staging" }] };
const mixed = stack("s", two, { a: undefined, b: "kubernetes.staging", c: "${kubernetes.staging}" });

describe("the provider configurations of a synthesized stack", () => {
  test("are clusters of their own, and more than one is refused with their names and the option", () => {
    expect(errorsOf([mixed])).toEqual([
      "the input holds objects of 2 clusters, by provider configuration: `kubernetes` (1 object), `kubernetes.staging` (2 objects); choose one, as with `--provider kubernetes`, and where several are one cluster name each of them",
    ]);
  });

  test("are chosen by name, and what is left out is said", () => {
    expect(namesOf([mixed], "kubernetes")).toEqual(["a"]);
    expect(namesOf([mixed], "kubernetes.staging")).toEqual(["b", "c"]);
    expect(notesOf([mixed], "kubernetes")).toEqual(["another cluster is left out: `kubernetes.staging` (2 objects)"]);
    expect(read([mixed], "kubernetes", "kubernetes.staging").problems).toEqual([]);
    expect(namesOf([mixed], "kubernetes", "kubernetes.staging")).toEqual(["a", "b", "c"]);
  });

  test("that are asked for and are not there are told", () => {
    const { targets } = read([mixed], "kubernetes", "kubernetes.test").value;
    expect(targets).toMatchObject({ missing: ["kubernetes.test"], names: ["kubernetes", "kubernetes.staging"] });
  });

  const cluster = { resource: { aws_eks_cluster: { x: { name: "x" }, y: { name: "y" } } }, variable: { host: {}, domain: {} } };
  const pair = (one: JsonObject, other: JsonObject): File =>
    stack("s", { kubernetes: [one, { alias: "other", ...other }] }, { a: undefined, b: "kubernetes.other" }, cluster);

  test.each<[string, JsonObject, JsonObject]>([
    ["the same context", { config_context: "prod" }, { config_context: "prod", token: "t" }],
    ["the same address", { host: "https://one", token: "a" }, { host: "https://one" }],
    ["the address of one cluster", { host: "${aws_eks_cluster.x.endpoint}" }, { host: "${aws_eks_cluster.x.endpoint}" }],
    ["the same expression", { host: "https://${var.domain}/a" }, { host: "https://${var.domain}/a" }],
    ["nothing, so that the environment decides", {}, {}],
    ["an address, whatever the context is", { host: "https://one", config_context: "a" }, { host: "https://one", config_context: "b" }],
  ])("are one cluster when both name %s", (_, one, other) => {
    expect(errorsOf([pair(one, other)])).toEqual([]);
    expect(namesOf([pair(one, other)], "kubernetes")).toEqual(["a", "b"]);
  });

  test.each<[string, JsonObject, JsonObject]>([
    ["contexts", { config_context: "a" }, { config_context: "b" }],
    ["files", { config_path: "a" }, { config_path: "b" }],
    ["addresses", { host: "https://one" }, { host: "https://two" }],
    ["addresses of clusters", { host: "${aws_eks_cluster.x.endpoint}" }, { host: "${aws_eks_cluster.y.endpoint}" }],
    ["texts around one variable", { host: "https://a.${var.domain}" }, { host: "https://b.${var.domain}" }],
    ["an address and none", { host: "https://one" }, {}],
  ])("are two clusters when they name different %s", (_, one, other) => {
    expect(errorsOf([pair(one, other)])).toEqual([severalClusters]);
  });

  test("lead to one cluster through outputs of another stack, from wherever they refer to it", () => {
    const infrastructure: File = [
      "cdktf.out/stacks/cluster/cdk.tf.json",
      {
        "//": { metadata: { stackName: "cluster", version: "0.21.0" } },
        terraform: {},
        resource: { aws_eks_cluster: { x: { name: "x" } } },
        output: { endpoint: { value: "${aws_eks_cluster.x.endpoint}" }, region: { value: "eu" } },
      },
    ];
    const using = (name: string, output: string, object: string): File =>
      stack(
        name,
        { kubernetes: [{ host: `\${data.terraform_remote_state.cross-stack-reference-input-cluster.outputs.${output}}` }] },
        { [object]: undefined },
        { data: { terraform_remote_state: { "cross-stack-reference-input-cluster": { backend: "local", config: { path: "x" } } } } },
      );
    expect(errorsOf([infrastructure, using("one", "endpoint", "a"), using("two", "endpoint", "b")])).toEqual([]);
    expect(errorsOf([infrastructure, using("one", "endpoint", "a"), using("two", "region", "b")])).toEqual([severalClusters]);
    expect(errorsOf([using("one", "endpoint", "a"), using("two", "endpoint", "b")])).toEqual([]);
  });

  test("of several stacks are two clusters when they differ, and are told apart by their stacks", () => {
    const both = [
      stack("prod", { kubernetes: [{ host: "https://prod" }] }, { a: undefined }),
      stack("test", { kubernetes: { host: "https://test" } }, { b: undefined }),
    ];
    expect(errorsOf(both)).toEqual([expect.stringContaining("`prod/kubernetes` (1 object), `test/kubernetes` (1 object)")]);
    expect(namesOf(both, "test/kubernetes")).toEqual(["b"]);
    expect(namesOf(both, "kubernetes")).toEqual(["a", "b"]);
  });

  test("of stacks that say nothing are taken for one cluster, and a note says so", () => {
    const both = [stack("one", {}, { a: undefined }), stack("two", {}, { b: undefined })];
    expect(errorsOf(both)).toEqual([]);
    expect(notesOf(both)).toEqual([expect.stringMatching(/^nothing says that `one` and `two` are deployed to different clusters/)]);
  });

  const kubectl = (written?: string): JsonObject => ({
    kubectl_manifest: {
      m: {
        yaml_body: "{apiVersion: v1, kind: Namespace, metadata: {name: m}}",
        ...(written === undefined ? {} : { provider: written }),
      },
    },
  });
  const beside = (provider: JsonObject, written?: string): File => stack("s", provider, { a: undefined }, { resource: kubectl(written) });

  test.each<[string, JsonObject]>([
    ["is not configured", { kubernetes: [{ host: "https://one" }] }],
    ["has the same address", { kubernetes: [{ host: "https://one" }], kubectl: [{ host: "https://one", load_config_file: false }] }],
    ["is configured in another way", { kubernetes: [{ host: "https://one" }], kubectl: [{ config_path: "~/.kube/config" }] }],
  ])("of another provider without an alias belong to that of kubernetes when it %s", (_, provider) => {
    expect(errorsOf([beside(provider)])).toEqual([]);
  });

  test("of another provider are another cluster when their address is another one, or an alias says nothing in common", () => {
    const one = { host: "https://one" };
    expect(errorsOf([beside({ kubernetes: [one], kubectl: [{ host: "https://two" }] })])).toEqual([severalClusters]);
    expect(errorsOf([beside({ kubernetes: [one], kubectl: [{ alias: "b", config_path: "x" }] }, "kubectl.b")])).toEqual([severalClusters]);
    expect(errorsOf([beside({ kubernetes: [one], kubectl: [{ alias: "b", ...one }] }, "kubectl.b")])).toEqual([]);
    expect(namesOf([beside({ kubernetes: [one], kubectl: [{ host: "https://two" }] })], "kubectl")).toEqual(["m"]);
  });

  test("are read for helm inside its `kubernetes` block", () => {
    const release = (host: string): File =>
      stack(
        "s",
        { kubernetes: [{ host: "https://one" }], helm: [{ kubernetes: { host } }] },
        { a: undefined },
        { resource: { helm_release: { r: { name: "r", chart: "c" } } } },
      );
    expect(errorsOf([release("https://one")])).toEqual([]);
    expect(errorsOf([release("https://two")])).toEqual([severalClusters]);
    expect(read([release("https://two")], "kubernetes").value.opaque).toEqual([]);
    expect(read([release("https://two")], "helm").value.opaque).toHaveLength(1);
  });

  test("may have any local name", () => {
    const provider = { kubernetes: [{ host: "https://one" }], charts: [{ kubernetes: { host: "https://one" } }] };
    const release = { helm_release: { r: { name: "r", chart: "c", provider: "charts" } } };
    expect(errorsOf([stack("s", provider, { a: undefined }, { resource: release })])).toEqual([]);
  });

  test("that are no blocks are an error with their place", () => {
    const [file, root] = stack("s", { kubernetes: "x" }, { a: undefined });
    const { problems } = readInputs([{ file, text: JSON.stringify(root) }]);
    expect(problems).toEqual([
      expect.objectContaining({ severity: "error", location: expect.objectContaining({ pointer: "/provider/kubernetes" }) as unknown }),
    ]);
  });

  test("decide which objects a `kubernetes_labels` puts its labels on", () => {
    const labels = (written: string): JsonObject => ({
      kubernetes_labels: { l: { api_version: "v1", kind: "Namespace", metadata: { name: "a" }, labels: { team: "x" }, provider: written } },
    });
    const labelled = (written: string): unknown =>
      read([stack("s", two, { a: undefined }, { resource: labels(written) })], "kubernetes").value.after.objects.map(
        ({ object }) => (object.metadata as JsonObject).labels,
      );
    expect(labelled("kubernetes")).toEqual([{ team: "x" }]);
    expect(labelled("kubernetes.staging")).toEqual([undefined]);
  });

  test("property: with one of them, exactly its objects are read; without, more than one is refused", () => {
    const servers = fc.constantFrom("a", "b", "c");
    const aliases = fc.array(servers, { minLength: 1, maxLength: 4 });
    const uses = fc.array(fc.nat(3), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(aliases, uses, (contexts, picks) => {
        const keys = contexts.map((_, at) => (at === 0 ? "kubernetes" : `kubernetes.p${String(at)}`));
        const provider = {
          kubernetes: contexts.map((config_context, at) => ({ config_context, ...(at === 0 ? {} : { alias: `p${String(at)}` }) })),
        };
        const used = picks.map((pick) => pick % contexts.length);
        const namespaces = Object.fromEntries(used.map((at, index) => [`n${String(index)}`, keys[at]]));
        const config = Object.fromEntries(keys.map((key, at) => [key, shown({ config_context: constant(contexts[at] ?? "") })]));
        const planned = Object.fromEntries(used.map((at, index) => [`n${String(index)}`, keys[at] ?? ""]));
        for (const file of [stack("s", provider, namespaces), plan("plan.json", config, planned)]) {
          expect(errorsOf([file]).length).toBe(new Set(used.map((at) => contexts[at])).size > 1 ? 1 : 0);
          for (const at of used) {
            const own = used.flatMap((each, index) => (contexts[each] === contexts[at] ? [`n${String(index)}`] : []));
            expect(namesOf([file], keys[at] ?? "")).toEqual(own);
          }
        }
      }),
      { numRuns: propertyRuns(50) },
    );
  });
});

describe("the provider configurations of a state", () => {
  const kubernetes = 'provider["registry.terraform.io/hashicorp/kubernetes"]';
  const state = (file: string, namespaces: Readonly<Record<string, string>>): File => [
    file,
    {
      version: 4,
      terraform_version: "1.11.4",
      lineage: file,
      resources: Object.entries(namespaces).map(([name, provider]) => ({
        ...{ mode: "managed", type: "kubernetes_namespace_v1", name, provider },
        instances: [{ attributes: { metadata: [{ name }] } }],
      })),
    },
  ];

  test("are clusters of their own", () => {
    const file = state("a.tfstate", {
      a: kubernetes,
      b: `${kubernetes}.staging`,
      c: `module.m.${kubernetes}`,
      d: "provider.kubernetes.staging",
    });
    expect(errorsOf([file])).toEqual([
      expect.stringMatching(/3 clusters.*`kubernetes` \(1 object\), `kubernetes.staging` \(2 objects\), `module.m:kubernetes`/),
    ]);
    expect(namesOf([file], "kubernetes.staging")).toEqual(["b", "d"]);
  });

  test("of two states with one name are taken for one cluster, and a note says so", () => {
    const files = [state("a.tfstate", { a: kubernetes }), state("b.tfstate", { b: kubernetes })];
    expect(errorsOf(files)).toEqual([]);
    expect(notesOf(files)).toEqual([expect.stringContaining("`a.tfstate` and `b.tfstate`")]);
  });

  test("are those of the same name in a plan", () => {
    const planned = plan("plan.json", { "kubernetes.b": shown({ host: constant("https://b") }, { alias: "b" }) }, { p: "kubernetes.b" });
    expect(errorsOf([planned, state("a.tfstate", { a: `${kubernetes}.b` })])).toEqual([]);
    expect(errorsOf([planned, state("a.tfstate", { a: kubernetes })])).toEqual([severalClusters]);
  });

  test("are not in what `terraform show` prints of it, which a note says", () => {
    const resource = { mode: "managed", type: "kubernetes_namespace_v1", name: "a", values: { metadata: [{ name: "a" }] } };
    const values = { root_module: { resources: [{ address: "kubernetes_namespace_v1.a", ...resource }] } };
    expect(notesOf([["state.json", { format_version: "1.0", values }]])).toEqual([
      expect.stringMatching(/^`state.json` does not say by which provider configuration its objects were made/),
    ]);
  });
});
