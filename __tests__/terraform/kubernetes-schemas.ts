/** The resources of the Kubernetes provider that our stacks declare, as its documentation describes them. */
import { podSpec } from "./pod-schema";
import {
  attribute,
  type Attribute,
  block,
  blocks,
  listOf,
  mapOf,
  type NestedBlock,
  readOnly,
  requiredAttribute,
  type Resource,
  setOf,
  timeouts,
} from "./schema";

const id = { id: attribute("string", { computed: true }) };

const commonMetadata: Readonly<Record<string, Attribute>> = {
  annotations: attribute(mapOf),
  generate_name: attribute("string", { replaces: true }),
  generation: readOnly("number"),
  labels: attribute(mapOf),
  name: attribute("string", { computed: true, replaces: true }),
  resource_version: readOnly("string"),
  uid: readOnly("string"),
};

const required = { required: true } as const;

/** Of an object that lies in a namespace, or of the template of its pods, which takes the namespace of the object. */
const metadata = (of: "object" | "template"): NestedBlock => {
  const namespace = attribute("string", { replaces: true, ...(of === "object" ? { default: "default" } : {}) });
  return block({ ...commonMetadata, namespace }, {}, required);
};

const selector = (options: { readonly required?: true; readonly replaces?: true } = {}): NestedBlock => {
  const { replaces } = options;
  const other = replaces === undefined ? {} : { replaces };
  const expressions = blocks({
    key: attribute("string", other),
    operator: attribute("string", other),
    values: attribute(setOf, other),
  });
  return block(
    { match_labels: attribute(mapOf, other) },
    { match_expressions: expressions },
    options.required === undefined ? {} : { required: true },
  );
};

const policyPeers = blocks(
  {},
  {
    ip_block: block({ cidr: attribute("string"), except: attribute(listOf) }),
    namespace_selector: selector(),
    pod_selector: selector(),
  },
);

const policyPorts = blocks({
  end_port: attribute("number"),
  port: attribute("string"),
  protocol: attribute("string", { default: "TCP" }),
});

const networkPolicy: Resource = {
  version: 0,
  attributes: id,
  blocks: {
    metadata: metadata("object"),
    spec: block(
      { policy_types: requiredAttribute(listOf) },
      {
        egress: blocks({}, { ports: policyPorts, to: policyPeers }),
        ingress: blocks({}, { from: policyPeers, ports: policyPorts }),
        pod_selector: selector(required),
      },
      required,
    ),
  },
};

const namespace: Resource = {
  version: 0,
  attributes: { ...id, wait_for_default_service_account: attribute("bool", { default: false }) },
  blocks: { metadata: block(commonMetadata, {}, required), timeouts: timeouts("delete") },
};

const rollingUpdate = { max_surge: "25%", max_unavailable: "25%" };

const deployment: Resource = {
  version: 1,
  attributes: { ...id, wait_for_rollout: attribute("bool", { default: true }) },
  blocks: {
    metadata: metadata("object"),
    spec: block(
      {
        min_ready_seconds: attribute("number", { default: 0 }),
        paused: attribute("bool", { default: false }),
        progress_deadline_seconds: attribute("number", { default: 600 }),
        replicas: attribute("string", { computed: true, server: "1" }),
        revision_history_limit: attribute("number", { default: 10 }),
      },
      {
        selector: selector({ replaces: true }),
        strategy: block(
          { type: attribute("string", { default: "RollingUpdate" }) },
          {
            rolling_update: block(
              { max_surge: attribute("string", { default: "25%" }), max_unavailable: attribute("string", { default: "25%" }) },
              {},
              { computed: true, server: [rollingUpdate] },
            ),
          },
          { computed: true, server: [{ type: "RollingUpdate", rolling_update: [rollingUpdate] }] },
        ),
        template: block({}, { metadata: metadata("template"), spec: podSpec }, required),
      },
      required,
    ),
    timeouts: timeouts("create", "delete", "update"),
  },
};

const servicePort = blocks({
  app_protocol: attribute("string"),
  name: attribute("string"),
  node_port: attribute("number", { computed: true }),
  port: requiredAttribute("number"),
  protocol: attribute("string", { default: "TCP" }),
  target_port: attribute("string", { computed: true }),
});

const service: Resource = {
  version: 1,
  attributes: {
    ...id,
    status: readOnly(
      [
        "list",
        ["object", { load_balancer: ["list", ["object", { ingress: ["list", ["object", { hostname: "string", ip: "string" }]] }]] }],
      ],
      [{ load_balancer: [{ ingress: [] }] }],
    ),
    wait_for_load_balancer: attribute("bool", { default: true }),
  },
  blocks: {
    metadata: metadata("object"),
    spec: block(
      {
        allocate_load_balancer_node_ports: attribute("bool", { default: true }),
        cluster_ip: attribute("string", { computed: true, replaces: true, server: "10.100.0.20" }),
        cluster_ips: attribute(listOf, { computed: true, replaces: true, server: ["10.100.0.20"] }),
        external_ips: attribute(setOf),
        external_name: attribute("string"),
        external_traffic_policy: attribute("string", { computed: true }),
        health_check_node_port: attribute("number", { computed: true, replaces: true }),
        internal_traffic_policy: attribute("string", { computed: true, server: "Cluster" }),
        ip_families: attribute(listOf, { computed: true, server: ["IPv4"] }),
        ip_family_policy: attribute("string", { computed: true, server: "SingleStack" }),
        load_balancer_class: attribute("string", { replaces: true }),
        load_balancer_ip: attribute("string"),
        load_balancer_source_ranges: attribute(setOf),
        publish_not_ready_addresses: attribute("bool", { default: false }),
        selector: attribute(mapOf),
        session_affinity: attribute("string", { default: "None" }),
        type: attribute("string", { default: "ClusterIP" }),
      },
      { port: servicePort },
      required,
    ),
    timeouts: timeouts("create"),
  },
};

/** The provider's own configuration, of which nothing is used: there is no cluster to reach. */
export const providerConfiguration: Resource = {
  version: 0,
  attributes: {
    cluster_ca_certificate: attribute("string"),
    config_path: attribute("string"),
    host: attribute("string"),
    insecure: attribute("bool"),
    token: attribute("string"),
  },
  blocks: {
    exec: block({
      api_version: requiredAttribute("string"),
      args: attribute(listOf),
      command: requiredAttribute("string"),
      env: attribute(mapOf),
    }),
  },
};

/** By type. */
export const resources: Readonly<Record<string, Resource>> = {
  kubernetes_deployment_v1: deployment,
  kubernetes_namespace_v1: namespace,
  kubernetes_network_policy_v1: networkPolicy,
  kubernetes_service_v1: service,
};
