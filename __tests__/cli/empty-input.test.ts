import { folderWith, removeFolders } from "./folders";
import { netpolWith } from "./netpol";
import { closedShop } from "./shop";

afterAll(removeFolders);

const other = "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: { namespace: shop, name: p }\nspec: {}\n";
const cwd = (): string =>
  folderWith({ "old/all.yaml": closedShop, "empty/all.yaml": "", "other/all.yaml": other, "plan.json": destroying() });

/** A plan that removes the one Pod there is. */
const destroying = (): object => ({
  format_version: "1.2",
  terraform_version: "1.9.0",
  planned_values: { root_module: {} },
  resource_changes: [
    {
      address: "kubernetes_pod_v1.web",
      mode: "managed",
      type: "kubernetes_pod_v1",
      name: "web",
      provider_name: "registry.terraform.io/hashicorp/kubernetes",
      change: {
        actions: ["delete"],
        before: { metadata: [{ name: "web", namespace: "shop", labels: { app: "web" } }], spec: [{ container: [{ name: "main" }] }] },
        after: null,
        after_unknown: {},
      },
    },
  ],
});

const gate = (...args: readonly string[]) => netpolWith({ cwd: cwd() }, ...args);

describe("an input in which nothing is found", () => {
  test.each([
    [["check", "empty"], "no Kubernetes object, so nothing was checked"],
    [["check", "empty", "--before", "old"], "no Kubernetes object, so nothing was checked"],
    [["check", "empty", "--before", "old", "--fail-on-change", "removed"], "no Kubernetes object, so nothing was checked"],
    [["check", "other", "--before", "old"], "only kinds that say nothing here or are not modelled (`cilium.io/v2 CiliumNetworkPolicy`)"],
    [["diff", "empty", "--before", "old", "--fail-on-change", "added"], "no Kubernetes object, so nothing was compared"],
  ])("leaves the gate undecided, whatever was there before: %j", async (args, said) => {
    const { code, stdout, stderr } = await gate(...args);
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(stderr).toContain(`error: the input holds ${said}`);
  });

  test.each([
    ["none", 0],
    ["added", 0],
    ["removed", 1],
    ["any", 1],
  ])("is the removal of everything where that is allowed: --fail-on-change %s", async (policy, expected) => {
    const args = ["--before", "old/all.yaml", "--allow-empty", "--fail-on-change", policy];
    const open = closedShop.replace("policyTypes: [Ingress, Egress]", "policyTypes: []");
    const { code } = await netpolWith({ cwd: folderWith({ "old/all.yaml": open, "empty/all.yaml": "" }) }, "diff", "empty", ...args);
    expect(code).toBe(expected);
  });
});

test("a plan that removes everything tells itself what was there, and is a change as any other", async () => {
  const { code, stdout } = await gate("check", "plan.json");
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining("passed") as string });
  expect((await gate("check", "plan.json", "--before", "old")).code).toBe(0);
  expect((await gate("diff", "plan.json", "--fail-on-change", "removed")).code).toBe(1);
});
