import { folderWith, removeFolders } from "./folders";
import { netpolWith, type NetpolResult } from "./netpol";

afterAll(removeFolders);

const deployment = (name: string, namespace: string): object => ({
  metadata: { name, namespace },
  spec: {
    selector: { match_labels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { container: [{ name: "c", image: "nginx", port: [{ container_port: 80 }] }] } },
  },
});

/** Workloads in the cluster of `kubernetes`, and a policy that closes `back` in that of `kubernetes.staging`. */
const stack = (staging: object, denyBy = "kubernetes.staging"): string =>
  JSON.stringify({
    "//": { metadata: { stackName: "s", version: "0.21.0" } },
    terraform: {},
    provider: { kubernetes: [{ config_context: "prod" }, { alias: "staging", ...staging }] },
    resource: {
      kubernetes_namespace_v1: { front: { metadata: { name: "front" } }, back: { metadata: { name: "back" } } },
      kubernetes_deployment_v1: { web: deployment("web", "front"), api: deployment("api", "back") },
      kubernetes_network_policy_v1: {
        deny: { provider: denyBy, metadata: { name: "deny", namespace: "back" }, spec: { pod_selector: {}, policy_types: ["Ingress"] } },
      },
    },
  });
const two = stack({ config_context: "staging" });

const run = (files: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<NetpolResult> =>
  netpolWith({ cwd: folderWith(files) }, ...args);
const explain = (text: string, ...args: readonly string[]): Promise<NetpolResult> =>
  run({ "cdk.tf.json": text }, "explain", "front/web", "back/api:80", "cdk.tf.json", "--expect", "allowed", ...args);

test("objects of two clusters are refused with exit code 2, their names and the option, and nothing is answered", async () => {
  const { code, stdout, stderr } = await explain(two);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain("`kubernetes` (4 objects), `kubernetes.staging` (1 object); choose one, as with `--provider kubernetes`");
});

test("with `--provider` the policies of another cluster close nothing, and the report says that they are left out", async () => {
  const { code, stdout } = await explain(two, "--provider", "kubernetes");
  expect(code).toBe(0);
  expect(stdout).toContain("another cluster is left out: `kubernetes.staging` (1 object)");
});

test("several names are one cluster, and configurations that name the same one need no choice", async () => {
  expect((await explain(two, "--provider", "kubernetes", "--provider", "kubernetes.staging")).code).toBe(1);
  expect((await explain(stack({ config_context: "prod" }))).code).toBe(1);
});

test("the configuration chooses as well, and the command line wins over it", async () => {
  const files = { "cdk.tf.json": two, "netpol.config.yaml": "version: 1\ncontext: { providers: [kubernetes] }\n" };
  const asked = (...args: readonly string[]): Promise<NetpolResult> => run(files, "list", "cdk.tf.json", ...args);
  expect((await asked()).stdout).toContain("front/web\n");
  const other = await asked("--provider", "kubernetes.staging");
  expect(other.code).toBe(0);
  expect(other.stdout).not.toContain("front/web");
});

test("a name that no object is deployed by is refused with the closest one", async () => {
  const { code, stderr } = await explain(two, "--provider", "kubernetes.stagin");
  expect(code).toBe(2);
  expect(stderr).toContain("no object is deployed by a provider configuration `kubernetes.stagin`; did you mean `kubernetes.staging`?");
});

test("what was there before is refused as well, and chosen from by the same name", async () => {
  const files = { "before/cdk.tf.json": two, "after/cdk.tf.json": stack({ config_context: "staging" }, "kubernetes") };
  const diff = (...args: readonly string[]): Promise<NetpolResult> =>
    run(files, "diff", "after/cdk.tf.json", "--before", "before/cdk.tf.json", ...args);
  const refused = await diff();
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain("before/cdk.tf.json");
  const chosen = await diff("--provider", "kubernetes");
  expect(chosen.code).toBe(0);
  expect(chosen.stdout).toContain("front/web → back/api");
  // A name that is gone after is still one that was there.
  expect((await diff("--provider", "kubernetes", "--provider", "kubernetes.staging")).code).toBe(0);
});
