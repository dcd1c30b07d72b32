import { all, at, listAt, rulesOf, set, type Json, type ScannerRule } from "./rule";

const podSpecs = (json: Json): unknown[] => all(json, "kubernetes_deployment_v1").map((block) => at(block, "spec.template.spec"));
const containers = (json: Json): unknown[] =>
  podSpecs(json).flatMap((spec) => [...listAt(spec, "init_container"), ...listAt(spec, "container")]);

const eachContainer =
  (condition: (container: unknown) => boolean): ScannerRule["holds"] =>
  (json) =>
    containers(json).every(condition);

/** Probes are for containers that go on running. */
const eachServing =
  (condition: (container: unknown) => boolean): ScannerRule["holds"] =>
  (json) =>
    podSpecs(json)
      .flatMap((spec) => listAt(spec, "container"))
      .every(condition);

const has =
  (path: string) =>
  (container: unknown): boolean =>
    at(container, path) !== undefined;
const weakContainer = (path: string, value: unknown): ScannerRule["weaken"] =>
  set("kubernetes_deployment_v1", `spec.template.spec.container.${path}`, value);
const dropsOne = (container: unknown): boolean =>
  listAt(container, "security_context.capabilities.drop").some((name) => ["ALL", "NET_RAW"].includes(String(name)));

/** Checkov 3.3.13 on Deployments. */
export const checkovKubernetes: readonly ScannerRule[] = rulesOf("checkov", [
  ["CKV_K8S_8", "a liveness probe", eachServing(has("liveness_probe")), "policies", weakContainer("liveness_probe", undefined)],
  ["CKV_K8S_9", "a readiness probe", eachServing(has("readiness_probe")), "policies", weakContainer("readiness_probe", undefined)],
  [
    "CKV_K8S_10",
    "a request for CPU",
    eachContainer(has("resources.requests.cpu")),
    "policies",
    weakContainer("resources.requests.cpu", undefined),
  ],
  [
    "CKV_K8S_11",
    "a limit for CPU",
    eachContainer(has("resources.limits.cpu")),
    "policies",
    weakContainer("resources.limits.cpu", undefined),
  ],
  [
    "CKV_K8S_12",
    "a request for memory",
    eachContainer(has("resources.requests.memory")),
    "policies",
    weakContainer("resources.requests.memory", undefined),
  ],
  [
    "CKV_K8S_13",
    "a limit for memory",
    eachContainer(has("resources.limits.memory")),
    "policies",
    weakContainer("resources.limits.memory", undefined),
  ],
  [
    "CKV_K8S_14",
    "an image that does not change by itself",
    eachContainer((one) => /(:(?!latest$)[\w.-]+|@sha256:.+)$/.test(String(at(one, "image")))),
    "policies",
    weakContainer("image", "nginx:latest"),
  ],
  [
    "CKV_K8S_15",
    "the image is asked for each time",
    eachContainer((one) => at(one, "image_pull_policy") === "Always"),
    "policies",
    weakContainer("image_pull_policy", "IfNotPresent"),
  ],
  [
    "CKV_K8S_21",
    "a namespace other than default",
    (json) =>
      all(json, "kubernetes_deployment_v1", "kubernetes_service_v1", "kubernetes_network_policy_v1").every(
        (block) => ![undefined, "default"].includes(at(block, "metadata.namespace") as string | undefined),
      ),
    "policies",
    set("kubernetes_service_v1", "metadata.namespace", "default"),
  ],
  [
    "CKV_K8S_22",
    "a read-only root disk",
    eachContainer((one) => at(one, "security_context.read_only_root_filesystem") === true),
    "policies",
    weakContainer("security_context.read_only_root_filesystem", false),
  ],
  [
    "CKV_K8S_28",
    "NET_RAW or everything is dropped",
    eachContainer(dropsOne),
    "policies",
    weakContainer("security_context.capabilities", { add: ["NET_RAW"] }),
  ],
  [
    "CKV_K8S_29",
    "a security context for pods",
    (json) => podSpecs(json).every(has("security_context")),
    "policies",
    set("kubernetes_deployment_v1", "spec.template.spec.security_context", undefined),
  ],
  [
    "CKV_K8S_30",
    "a security context for containers",
    eachContainer(has("security_context")),
    "policies",
    weakContainer("security_context", undefined),
  ],
  [
    "CKV_K8S_43",
    "an image by its digest",
    eachContainer((one) => /@sha256:[0-9a-f]{64}$/.test(String(at(one, "image")))),
    "policies",
    weakContainer("image", "nginx:1.27"),
  ],
]);
