import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { notOffered } from "../../stacks/kubernetes-support";
import { stackNames, synthesize, type StackName } from "./synthesized";
import { variants } from "./variants";
import { prepare, replaceStack, runTestFile, terraform, terraformMissing, type TerraformFolder } from "./terraform-cli";

const sources = join(__dirname, "terraform");
const root = mkdtempSync(join(tmpdir(), "terraform-"));
const cleanUp = (): void => {
  rmSync(root, { recursive: true, force: true });
};
afterAll(cleanUp);

const synthesized = synthesize();
const noTerraform = terraformMissing();

const folderOf = (name: StackName): TerraformFolder =>
  noTerraform === undefined ? prepare(root, name, synthesized[name]) : { missing: noTerraform };

const folders: Readonly<Record<StackName, TerraformFolder>> = {
  network: folderOf("network"),
  cluster: folderOf("cluster"),
  policies: folderOf("policies"),
};

// Where every test is skipped, nothing runs after them either.
if (Object.values(folders).every((prepared) => "missing" in prepared)) cleanUp();

/** A test on the stack's folder; where that cannot be had, a skipped test whose name says why, and a warning. */
function onStack(name: StackName, title: string, check: (folder: string) => void, stack = synthesized[name]): void {
  const prepared = folders[name];
  if ("folder" in prepared) {
    test(title, () => {
      replaceStack(prepared, stack);
      check(prepared.folder);
    });
    return;
  }
  // eslint-disable-next-line no-console -- a check that did not run must not look like one that passed
  console.warn(`SKIPPED: ${title}: ${prepared.missing}`);
  test.skip(`${title} (skipped: ${prepared.missing})`, () => {
    throw new Error("skipped tests do not run");
  });
}

describe("terraform, without credentials and without a network", () => {
  jest.setTimeout(120_000);

  for (const name of stackNames) {
    onStack(name, `accepts the ${name} stack`, (folder) => {
      expect(terraform(folder, join(folder, ".terraform"), "validate", "-no-color")).toMatchObject({
        status: 0,
        output: expect.stringContaining("Success! The configuration is valid") as string,
      });
    });
  }

  // With the stacks that are applied below, every resource and argument that some option brings is seen once; each look takes seconds.
  const hardenedIpv6 = synthesize(variants["hardened IPv6"]);
  for (const name of ["network", "cluster"] as const) {
    const check = (folder: string): void => {
      expect(terraform(folder, join(folder, ".terraform"), "validate", "-no-color")).toMatchObject({
        status: 0,
        output: expect.stringContaining("Success! The configuration is valid") as string,
      });
    };
    onStack(name, `accepts the ${name} stack of a hardened IPv6 cluster`, check, hardenedIpv6[name]);
  }

  const planned = [
    ["network", "IPv6", "network-ipv6.tftest.hcl", "gives each subnet a range of its own"],
    ["network", "hardened", "network-hardened.tftest.hcl", "limits who writes flow logs, and who uses their key"],
    ["cluster", "everything", "cluster-everything.tftest.hcl", "evaluates every policy document"],
  ] as const;
  for (const [name, title, file, what] of planned) {
    const passes = { status: 0, output: expect.stringContaining("Success! 1 passed, 0 failed") as string };
    const check = (folder: string): void => {
      expect(runTestFile(folder, sources, file)).toMatchObject(passes);
    };
    onStack(
      name,
      `applies the ${name} stack with the settings of ${title} against a mocked AWS, and ${what}`,
      check,
      synthesize(variants[title])[name],
    );
  }

  onStack("network", "plans and applies the network stack against a mocked AWS", (folder) => {
    expect(runTestFile(folder, sources, "network.tftest.hcl")).toMatchObject({
      status: 0,
      output: expect.stringContaining("Success! 2 passed, 0 failed") as string,
    });
  });

  onStack("network", "fails the plan of the network stack in a region with too few zones", (folder) => {
    const { status, output } = runTestFile(folder, sources, "network-zones.tftest.hcl");
    expect(status).toBe(1);
    expect(output).toContain(
      "us-west-2 has fewer than 3 availability zones for EKS: set `azCount` (NETPOL_EKS_AZ_COUNT) to a smaller number",
    );
  });

  onStack("cluster", "plans and applies the cluster stack against a mocked AWS, and evaluates the CNI role's trust policy", (folder) => {
    expect(runTestFile(folder, sources, "cluster.tftest.hcl")).toMatchObject({
      status: 0,
      output: expect.stringContaining("Success! 2 passed, 0 failed") as string,
    });
  });

  onStack("cluster", "fails the plan of the cluster stack when EKS does not offer the version, and says what to set", (folder) => {
    const { status, output } = runTestFile(folder, sources, "cluster-unsupported.tftest.hcl");
    expect(status).toBe(1);
    expect(output).toContain('run "listed_as_unsupported"... pass');
    expect(output).toContain('run "not_listed"... fail');
    expect(output).toContain(notOffered("1.27"));
  });
});
