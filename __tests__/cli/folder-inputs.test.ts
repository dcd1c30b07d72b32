import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { folderWith, removeFolders } from "./folders";
import { netpolWith } from "./netpol";
import { openShop } from "./shop";

afterAll(removeFolders);

describe("a folder of manifests", () => {
  test("may hold links to folders, which are not followed, and said", async () => {
    const cwd = folderWith({ "real/more.yaml": openShop, "k8s/all.yaml": openShop });
    symlinkSync("../real", join(cwd, "k8s", "linked"));
    const { code, stdout } = await netpolWith({ cwd }, "check", "k8s", "-o", "json");
    const { notes } = JSON.parse(stdout) as { notes: readonly { severity: string; message: string }[] };
    expect(code).toBe(0);
    expect(notes).toContainEqual({
      severity: "warning",
      message: "`k8s/linked` is a link to a folder and is not followed: name the folder as one more input if what is in it counts",
      location: { file: "k8s/linked" },
    });
  });

  test("may hold a kustomization, which is not applied, and leaves a strict gate undecided when it changes something", async () => {
    const cwd = folderWith({ "k8s/all.yaml": openShop, "k8s/kustomization.yaml": "namespace: other\nresources: [all.yaml]\n" });
    expect((await netpolWith({ cwd }, "check", "k8s")).code).toBe(0);
    const { code, stdout } = await netpolWith({ cwd }, "check", "k8s", "--unknown", "strict");
    expect([code, stdout]).toEqual([3, expect.stringContaining("`k8s/kustomization.yaml` is not applied, though its `namespace`")]);
  });

  test("may hold the values of a chart, which are named, and manifests that are only called so", async () => {
    const cwd = folderWith({ "k8s/values.yaml": "replicas: 2\n", "k8s/values-policy.yaml": openShop });
    const { stdout } = await netpolWith({ cwd }, "check", "k8s", "-o", "json");
    const { notes, summary } = JSON.parse(stdout) as { notes: readonly { message: string }[]; summary: { workloads: number } };
    expect(summary.workloads).toBe(2);
    expect(notes.map(({ message }) => message)).toContainEqual(expect.stringContaining("`k8s/values.yaml` holds a document that is no"));
  });
});

describe("values of variables", () => {
  const stack = {
    terraform: {},
    variable: { name: { type: "string", default: "web" } },
    resource: {
      kubernetes_pod_v1: {
        a: { metadata: { name: "${var.name}", namespace: "shop" }, spec: { container: [{ name: "c" }] } },
        b: { metadata: { name: "other", namespace: "shop" }, spec: { container: [{ name: "c" }] } },
      },
    },
  };
  const manifest = { version: "0.21.0", stacks: { s: { name: "s", synthesizedStackPath: "stacks/s/cdk.tf.json" } } };
  const values = { name: "from-the-file" };

  test.each([
    ["a cdktf.out folder", "cdktf.out"],
    ["one stack of it", "cdktf.out/stacks/s/cdk.tf.json"],
  ])("in a file that Terraform loads count for %s", async (_, input) => {
    const cwd = folderWith({
      "cdktf.out/manifest.json": manifest,
      "cdktf.out/stacks/s/cdk.tf.json": stack,
      "cdktf.out/stacks/s/terraform.tfvars.json": values,
    });
    const { stdout } = await netpolWith({ cwd }, "list", input);
    expect(stdout).toContain("shop/from-the-file");
    expect(stdout).not.toContain("shop/web");
  });

  test("count for a configuration in the working folder as well", async () => {
    const { stdout } = await netpolWith(
      { cwd: folderWith({ "main.tf.json": stack, "x.auto.tfvars": 'name = "here"\n' }) },
      "list",
      "main.tf.json",
    );
    expect(stdout).toContain("shop/here");
  });
});
