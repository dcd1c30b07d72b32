import { fieldLocation, type JsonObject, readInputs, toCluster } from "../../inputs";
import { faultsOf, objectsOn, readOne } from "./read-one";

const read = (text: string, file = "objects.yaml"): readonly JsonObject[] => objectsOn(readOne(text, file), "after") ?? [];
const places = (text: string, file = "objects.yaml"): readonly string[] =>
  readOne(text, file).after.objects.map(({ object, location: { line, column, pointer } }) => {
    const { name } = object.metadata as JsonObject;
    return `${typeof name === "string" ? name : "?"} ${String(line)}:${String(column)}${pointer === undefined ? "" : ` ${pointer}`}`;
  });
const named = (name: string, kind = "Namespace"): JsonObject => ({ apiVersion: "v1", kind, metadata: { name } });

describe("YAML with several documents", () => {
  it("keeps the line of each, past comments, empty documents and what helm prints", () => {
    const text = [
      "# a folder of a chart",
      "---",
      "# Source: shop/templates/namespace.yaml",
      "apiVersion: v1",
      "kind: Namespace",
      "metadata: {name: a}",
      "---",
      "# Source: shop/templates/empty.yaml",
      "---",
      "",
      "--- # with a comment",
      "apiVersion: v1",
      "kind: Namespace",
      "metadata:",
      "  name: b",
      "...",
      "---",
    ].join("\n");
    expect(places(text)).toEqual(["a 4:1", "b 12:1"]);
  });

  it("may end lines as Windows does, begin with a byte order mark, or hold a directive", () => {
    expect(
      places(
        "\uFEFFapiVersion: v1\r\nkind: Namespace\r\nmetadata: {name: a}\r\n---\r\napiVersion: v1\r\nkind: Namespace\r\nmetadata: {name: b}\r\n",
      ),
    ).toEqual(["a 1:2", "b 5:1"]);
    expect(places("%YAML 1.2\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n")).toEqual(["a 3:1"]);
  });

  it("does not take three dashes inside a text for the end of a document", () => {
    const text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  x: |\n    ---\n    kind: Namespace\n";
    expect(read(text)).toHaveLength(1);
  });

  it("resolves anchors and merge keys", () => {
    const text = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: &l {app: x}}\nspec: {nodeSelector: {<<: *l, pool: y}}\n";
    expect(read(text)[0]?.spec).toEqual({ nodeSelector: { app: "x", pool: "y" } });
  });
});

describe("lists", () => {
  const list = {
    apiVersion: "v1",
    kind: "List",
    items: [named("a"), { apiVersion: "v1", kind: "NamespaceList", items: [{ metadata: { name: "b" } }] }],
  };

  it("are taken apart in JSON, with the place of each object", () => {
    const text = JSON.stringify(list, null, 2);
    expect(read(text, "-")).toEqual([named("a"), named("b")]);
    expect(places(text, "-")).toEqual(["a 5:5 /items/0", "b 16:9 /items/1/items/0"]);
  });

  it("are taken apart in YAML", () => {
    const text = "apiVersion: v1\nkind: PodList\nitems:\n- metadata: {name: a}\n-   metadata:\n      name: b\n";
    expect(read(text)).toEqual([named("a", "Pod"), named("b", "Pod")]);
    expect(places(text)).toEqual(["a 4:3", "b 5:5"]);
  });

  it("may be plain lists in JSON", () => {
    expect(places(JSON.stringify([named("a"), named("b")]), "x.json")).toEqual([
      "a 1:2 /0",
      `b 1:${String(JSON.stringify(named("a")).length + 3)} /1`,
    ]);
  });

  it("may be empty", () => {
    expect(read('{"apiVersion":"v1","kind":"List","items":[]}', "-")).toEqual([]);
  });
});

describe("words that kubectl reads as YAML 1.1 does", () => {
  const text = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {app: on, tier: 'on', y: no}}\nspec: {hostNetwork: yes, x: 010}\n";

  it("are read so where a boolean or a number belongs, and as text where text does", () => {
    expect(read(text)[0]).toMatchObject({ metadata: { labels: { app: "on", tier: "on", y: "no" } }, spec: { hostNetwork: true, x: 8 } });
  });

  it("are pointed out, each at its place", () => {
    const refused = "which the API server refuses where text belongs: put it in quotes";
    expect(faultsOf(text, "pod.yaml")).toEqual([
      `warning: \`on\` is read as text, but is the boolean true to kubectl, ${refused}`,
      `warning: \`y\` is read as text, but is the boolean true to kubectl, ${refused}`,
      `warning: \`no\` is read as text, but is the boolean false to kubectl, ${refused}`,
      "note: `yes` is the boolean true to kubectl, and is read so: write `true`",
      "note: `010` is the octal number 8 to kubectl, and is read so: write `8`",
    ]);
    const { problems } = readInputs([{ file: "pod.yaml", text }]);
    expect(problems.map(({ location: { line, column } }) => `${String(line)}:${String(column)}`)).toEqual([
      "3:35",
      "3:51",
      "3:54",
      "4:21",
      "4:29",
    ]);
  });

  it("are left alone in quotes, in comments and inside longer texts", () => {
    expect(
      faultsOf(
        "apiVersion: v1 # on\nkind: Namespace\nmetadata: {name: 'y', labels: {a: \"no\", b: on-call, c: 0x8, d: '010'}}\n",
        "a.yaml",
      ),
    ).toEqual([]);
  });
});

describe("documents that are no Kubernetes objects", () => {
  it("are skipped with one note", () => {
    const text = "replicas: 1\n---\n- a\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n";
    expect(faultsOf(text, "mixed.yaml")).toEqual([
      "note: `mixed.yaml` holds 2 documents that are no Kubernetes object, without `apiVersion` and `kind`, and not read",
    ]);
    expect(read(text)).toHaveLength(1);
  });

  it("are refused when they say half of what they are", () => {
    const { problems } = toCluster(readOne("kind: NetworkPolicy\nmetadata: {name: a}\n", "a.yaml").after.objects);
    expect(problems.map(({ severity, message }) => `${severity}: ${message}`)).toEqual([
      "error: `a.yaml:1:1` holds no Kubernetes object; give it an `apiVersion` and a `kind`, or leave it out",
    ]);
  });
});

describe("kinds that say where traffic comes from", () => {
  it("are kept for whoever wants them, and no surprise to the reader of the cluster", () => {
    const kinds = ["networking.k8s.io/v1 Ingress", "v1 Endpoints", "discovery.k8s.io/v1 EndpointSlice"];
    const text = kinds
      .map((each) => each.split(" "))
      .map(([apiVersion = "", kind = ""]) => `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: a}\n`)
      .join("---\n");
    const { after } = readOne(text, "a.yaml");
    expect(after.objects).toHaveLength(3);
    expect(toCluster(after.objects).problems).toEqual([]);
  });
});

describe("secrets", () => {
  it("stay where they are", () => {
    const text =
      "apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: n, annotations: {last: hunter2}}\nstringData: {p: hunter2}\n";
    expect(read(text)).toEqual([{ apiVersion: "v1", kind: "Secret", metadata: { name: "s", namespace: "n" } }]);
  });
});

describe("suppressions", () => {
  const policy = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: p\n  namespace: shop\n";

  it("are found in comments, at the object they stand in", () => {
    const text = [
      "# netpol-ignore NP201 the whole file",
      "---",
      policy.trimEnd(),
      "spec:",
      "  podSelector: {} # netpol-ignore: NP302 reason of two words expires=2027-01-31",
      "  note: '# netpol-ignore NP999 no comment'",
      "  text: |",
      "    # netpol-ignore NP999 no comment",
      "---",
      "apiVersion: v1",
      "kind: Namespace # netpol-ignored is another word",
      "metadata: {name: n}",
    ].join("\n");
    const object = { kind: "NetworkPolicy", namespace: "shop", name: "p" };
    expect(readOne(text, "p.yaml").suppressions).toEqual([
      { source: "comment", text: "NP201 the whole file", object, location: { file: "p.yaml", line: 1, column: 1 } },
      {
        source: "comment",
        text: "NP302 reason of two words expires=2027-01-31",
        object,
        location: { file: "p.yaml", line: 9, column: 19 },
      },
    ]);
  });

  it("in a list are about the item they stand in, whatever else the text holds", () => {
    const text =
      "...\n---\napiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod, metadata: {name: a}} # netpol-ignore A x\n- apiVersion: v1\n  kind: Pod # netpol-ignore B y\n  metadata: {name: b}\n";
    expect(readOne(text, "p.yaml").suppressions.map(({ text: found, object }) => [found, object?.name])).toEqual([
      ["A x", "a"],
      ["B y", "b"],
    ]);
  });

  it("are found in annotations, in YAML and in Terraform", () => {
    const annotations = { "netpol.dev/ignore.NP201": "partners expires=2027-01-31", "netpol.dev/ignore.VPC006": "", other: "x" };
    const found = [
      { source: "annotation", text: "NP201 partners expires=2027-01-31", object: { kind: "Namespace", name: "n" } },
      { source: "annotation", text: "VPC006", object: { kind: "Namespace", name: "n" } },
    ];
    const yaml = readOne(JSON.stringify({ ...named("n"), metadata: { name: "n", annotations } }), "n.json");
    const stack = readOne({ resource: { kubernetes_namespace: { n: { metadata: { name: "n", annotations } } } } }, "cdk.tf.json");
    for (const { suppressions } of [yaml, stack]) expect(suppressions).toMatchObject(found);
  });

  it("are found where constructs recorded them", () => {
    const suppress = [{ id: "NP201", reason: "partners" }, "NP302 text", 3];
    const body = { "//": { metadata: { path: "s/n" }, netpol: { suppress } }, metadata: { name: "n" } };
    const { suppressions } = readOne({ resource: { kubernetes_namespace: { n: body } } }, "cdk.tf.json");
    expect(suppressions).toMatchObject([
      {
        source: "construct",
        fields: { id: "NP201", reason: "partners" },
        object: { kind: "Namespace", name: "n" },
        location: { constructPath: "s/n" },
      },
      { source: "construct", text: "NP302 text" },
    ]);
  });
});

describe("the place of a field", () => {
  const yaml = [
    "kind: Namespace",
    "apiVersion: v1",
    "metadata: {name: n}",
    "---",
    "apiVersion: networking.k8s.io/v1",
    "kind: NetworkPolicy",
    "metadata: {name: p, namespace: n}",
    "spec:",
    "  podSelector: {}",
    "  ingress:",
    "    - from:",
    "        - podSelector: {}",
    "      ports:",
    "        - port: 80",
    "        - port: http",
  ].join("\n");
  const placeOf = (text: string, file: string, index: number, field: string): readonly (number | undefined)[] => {
    const files = [{ file, text }];
    const { line, column } = fieldLocation(files, readOne(text, file).after.objects[index]?.location ?? {}, field);
    return [line, column];
  };

  test.each<[string, number, number]>([
    ["spec.ingress[0].ports[1].port", 15, 11],
    ["spec.ingress[0].ports[1]", 15, 11],
    ["spec.ingress[0].from", 11, 7],
    ["spec.ingress[0].from[0].podSelector", 12, 11],
    ["spec.egress[0]", 8, 1],
    ["metadata.name", 7, 12],
    ["", 5, 1],
  ])("`%s` in YAML", (field, line, column) => {
    expect(placeOf(yaml, "p.yaml", 1, field)).toEqual([line, column]);
  });

  it("is found in a list of JSON and of YAML", () => {
    const item = { ...named("a", "Pod"), spec: { containers: [{ ports: [{ containerPort: 1 }] }] } };
    const list = { apiVersion: "v1", kind: "List", items: [named("n"), item] };
    expect(placeOf(JSON.stringify(list, null, 1), "-", 1, "spec.containers[0].ports[0].containerPort")).toEqual([23, 26]);
    expect(
      placeOf(
        "apiVersion: v1\nkind: PodList\nitems:\n- metadata: {name: a}\n- metadata: {name: b}\n  spec: {hostNetwork: true}\n",
        "p.yaml",
        1,
        "spec.hostNetwork",
      ),
    ).toEqual([6, 10]);
  });

  it("is found in a synthesized stack, under Terraform's names", () => {
    const spec = { pod_selector: {}, ingress: [{ from: [{ ip_block: { cidr: "::/0" } }] }] };
    const text = JSON.stringify({ resource: { kubernetes_network_policy_v1: { p: { metadata: { name: "p" }, spec } } } }, null, 2);
    const line = text.split("\n").findIndex((each) => each.includes("::/0")) + 1;
    expect(placeOf(text, "cdk.tf.json", 0, "spec.ingress[0].from[0].ipBlock.cidr")[0]).toBe(line);
  });

  it("is that of the object when the file is not there, or is written for machines", () => {
    const location = { file: "plan.json", pointer: "/resource_changes/0", address: "x.y" };
    expect(fieldLocation([], location, "spec")).toBe(location);
    expect(fieldLocation([{ file: "plan.json", text: "{}" }], location, "spec")).toBe(location);
  });
});
