import { type InputFile, type Json, type JsonObject, readInputs } from "../../inputs";

const configuration = (folder = "s/"): InputFile => ({
  file: `${folder}cdk.tf.json`,
  text: JSON.stringify({
    terraform: {},
    variable: {
      app: { type: "string", default: "web" },
      other: { type: "string", default: "other" },
      ports: { type: "list(number)", default: [80] },
    },
    resource: {
      kubernetes_namespace_v1: {
        x: { metadata: { name: "x", labels: { app: "${var.app}", other: "${var.other}", port: "${var.ports[0]}" } } },
      },
    },
  }),
});
const beside = (name: string, content: string | JsonObject): InputFile => ({
  file: name.includes("/") ? name : `s/${name}`,
  text: typeof content === "string" ? content : JSON.stringify(content),
});

/** The labels that the configuration gives, with these files beside it. */
function labels(files: readonly InputFile[], variables: Readonly<Record<string, string>> = {}): Json {
  const { value, problems } = readInputs([configuration(), ...files], { variables });
  expect(problems).toEqual([]);
  const metadata = value[0]?.after.objects[0]?.object.metadata as JsonObject | undefined;
  return metadata?.labels ?? null;
}

const unknown = { unknown: true, because: expect.any(String) as unknown };

describe("files of values beside a configuration", () => {
  it("win over its defaults and over the environment", () => {
    expect(labels([])).toEqual({ app: "web", other: "other", port: "80" });
    expect(labels([beside("terraform.tfvars.json", { app: "api", ports: [443] })], { app: "env", other: "env" })).toEqual({
      app: "api",
      other: "env",
      port: "443",
    });
  });

  it("win over each other as Terraform loads them, in whatever order they are given", () => {
    const files = [
      beside("b.auto.tfvars", 'app = "b"\n'),
      beside("a.auto.tfvars.json", { app: "a", other: "a" }),
      beside("terraform.tfvars.json", { app: "json", other: "json" }),
      beside("terraform.tfvars", 'app = "hcl"\n'),
    ];
    for (const given of [files, files.toReversed()]) expect(labels(given)).toMatchObject({ app: "b", other: "a" });
    expect(labels(files.slice(2))).toMatchObject({ app: "json" });
  });

  it("count for the configuration of their folder only, and only by the names that Terraform loads", () => {
    expect(labels([beside("t/terraform.tfvars.json", { app: "elsewhere" })])).toMatchObject({ app: "web" });
    const { value } = readInputs([configuration(), beside("prod.tfvars.json", { app: "prod" })]);
    expect(JSON.stringify(value)).not.toContain('prod"');
  });

  it("are read in HCL where a value is written out on its line", () => {
    const text = '# values\n\napp = "api" # of the shop\n"other" = "x"\nports = [443, 80]\n';
    expect(labels([beside("terraform.tfvars", text)])).toEqual({ app: "api", other: "x", port: "443" });
  });

  test.each([
    ["a text of several lines", "app = <<EOT\nweb\nEOT\n"],
    ["a line inside of a text", 'note = <<EOT\napp = "api"\nEOT\n'],
    ["a line inside of a comment", '/*\napp = "api"\n*/\n'],
    ["a value inside of another", 'tags = {\napp = "api"\n}\n'],
    ["something to be evaluated", "app = upper(1)\n"],
    ["nothing", "app = null\n"],
  ])("leave a variable unknown that HCL sets to %s", (_, text) => {
    expect(labels([beside("terraform.tfvars", text)])).toMatchObject({ app: unknown, other: "other" });
  });

  it("are refused where they are no JSON", () => {
    const { problems } = readInputs([configuration(), beside("terraform.tfvars.json", "{")]);
    expect(problems.map(({ severity, location }) => [severity, location.file])).toEqual([["error", "s/terraform.tfvars.json"]]);
  });
});
