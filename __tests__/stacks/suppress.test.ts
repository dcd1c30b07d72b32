import { Vpc } from "@cdktf/provider-aws/lib/vpc";
import { App, TerraformStack } from "cdktf";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { declareStacks, loadSettings, suppress, SuppressionError, type Suppression } from "../../stacks";
import { testDay } from "./synthesized";

/** What is synthesized of a VPC after `act` has done something to it. */
function synthesized(act: (vpc: Vpc) => void): Record<string, unknown> {
  const outdir = mkdtempSync(join(tmpdir(), "suppress-"));
  try {
    const app = new App({ outdir, skipValidation: true });
    const stack = new TerraformStack(app, "net");
    act(new Vpc(stack, "vpc", { cidrBlock: "10.0.0.0/16" }));
    app.synth();
    const json = JSON.parse(readFileSync(join(outdir, "stacks", "net", "cdk.tf.json"), "utf8")) as {
      resource: { aws_vpc: { vpc: Record<string, unknown> } };
    };
    return json.resource.aws_vpc.vpc;
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

const accepted: Suppression = { id: "NP201", reason: "CloudFront needs the public port", expires: "2027-03-31" };

describe("a suppression", () => {
  test("stands in the synthesized JSON of its resource, and changes nothing else in it", () => {
    const { "//": comment, ...rest } = synthesized((vpc) => {
      suppress(vpc, accepted);
    });
    expect((comment as { netpol: unknown }).netpol).toEqual({ suppress: [accepted] });
    expect(rest).toEqual({ cidr_block: "10.0.0.0/16" });
  });

  test("comes after those that are there already", () => {
    const second = { id: "VPC006", reason: "the port is renamed next week", expires: "2027-01-01" };
    const { "//": comment } = synthesized((vpc) => {
      suppress(vpc, accepted);
      suppress(vpc, second);
    });
    expect(comment).toMatchObject({ netpol: { suppress: [accepted, second] } });
  });

  test.each<[Partial<Suppression>, string]>([
    [{ id: "public" }, "`id` of a suppression on `net/vpc` is `public`: allowed is the code of a rule, such as NP201"],
    [{ id: "np201" }, "`id` of a suppression on `net/vpc` is `np201`: allowed is the code of a rule, such as NP201"],
    [{ reason: "fine" }, "`reason` of a suppression on `net/vpc` is `fine`: allowed is a text of at least 10 characters"],
    [{ reason: "   fine    " }, "`reason` of a suppression on `net/vpc` is `   fine    `: allowed is a text of at least 10 characters"],
    [{ expires: "never" }, "`expires` of a suppression on `net/vpc` is `never`: allowed is a day of the calendar, such as 2027-03-31"],
    [
      { expires: "2027-02-30" },
      "`expires` of a suppression on `net/vpc` is `2027-02-30`: allowed is a day of the calendar, such as 2027-03-31",
    ],
    [
      { expires: "2027-13-01" },
      "`expires` of a suppression on `net/vpc` is `2027-13-01`: allowed is a day of the calendar, such as 2027-03-31",
    ],
    [
      { expires: "31.03.2027" },
      "`expires` of a suppression on `net/vpc` is `31.03.2027`: allowed is a day of the calendar, such as 2027-03-31",
    ],
  ])("with %j is refused, and writes nothing", (part, message) => {
    const vpc = synthesized((construct) => {
      expect(() => {
        suppress(construct, { ...accepted, ...part });
      }).toThrow(new SuppressionError(message));
    });
    expect(vpc["//"]).not.toHaveProperty("netpol");
  });
});

describe("a policy of the policies stack", () => {
  test("is found by its name, and keeps what is said of it", () => {
    const outdir = mkdtempSync(join(tmpdir(), "suppress-"));
    try {
      const app = new App({ outdir });
      const { policies } = declareStacks(app, loadSettings({ today: testDay }));
      suppress(policies.networkPolicy("backend", "netpol-allow-nginx-front"), accepted);
      app.synth();
      const json = JSON.parse(readFileSync(join(outdir, "stacks", "policies", "cdk.tf.json"), "utf8")) as {
        resource: { kubernetes_network_policy_v1: Record<string, { "//": { netpol: unknown } }> };
      };
      const said = Object.entries(json.resource.kubernetes_network_policy_v1).map(([name, block]) => [name, block["//"].netpol]);
      expect(said).toEqual([
        [expect.stringContaining("default-deny-ingress"), { source: expect.anything() as unknown }],
        [expect.stringContaining("netpol-allow-nginx-front"), { source: expect.anything() as unknown, suppress: [accepted] }],
      ]);
    } finally {
      rmSync(outdir, { recursive: true });
    }
  });

  test.each([
    ["backend", "allow-all"],
    ["elsewhere", "default-deny-ingress"],
    ["backend", "Workloads"],
  ])("%s/%s that is not there is an error with its name", (namespace, name) => {
    // Declaring stacks is enough for cdktf to make its folder.
    const outdir = mkdtempSync(join(tmpdir(), "suppress-"));
    const { policies } = declareStacks(new App({ outdir }), loadSettings({ today: testDay }));
    rmSync(outdir, { recursive: true });
    expect(() => policies.networkPolicy(namespace, name)).toThrow(`no policy \`${namespace}/${name}\` is deployed with these settings`);
  });
});
