/** Pods and their containers, as far as our stacks can write them, with the defaults the provider documents. */
import { attribute, block, blocks, listOf, mapOf, type NestedBlock, requiredAttribute } from "./schema";

const probe = (): NestedBlock =>
  block(
    {
      failure_threshold: attribute("number", { default: 3 }),
      initial_delay_seconds: attribute("number"),
      period_seconds: attribute("number", { default: 10 }),
      success_threshold: attribute("number", { default: 1 }),
      timeout_seconds: attribute("number", { default: 1 }),
    },
    {
      exec: block({ command: attribute(listOf) }),
      http_get: block({
        host: attribute("string"),
        path: attribute("string"),
        port: attribute("string"),
        scheme: attribute("string", { default: "HTTP" }),
      }),
      tcp_socket: blocks({ port: requiredAttribute("string") }),
    },
  );

const seccompProfile = block({
  localhost_profile: attribute("string", { default: "" }),
  type: attribute("string", { default: "Unconfined" }),
});

const containerSecurity = block(
  {
    allow_privilege_escalation: attribute("bool", { default: true }),
    privileged: attribute("bool", { default: false }),
    read_only_root_filesystem: attribute("bool", { default: false }),
    run_as_group: attribute("string"),
    run_as_non_root: attribute("bool"),
    run_as_user: attribute("string"),
  },
  { capabilities: block({ add: attribute(listOf), drop: attribute(listOf) }), seccomp_profile: seccompProfile },
);

const containerPort = blocks({
  container_port: requiredAttribute("number"),
  host_ip: attribute("string"),
  host_port: attribute("number"),
  name: attribute("string"),
  protocol: attribute("string", { default: "TCP" }),
});

const container = (): NestedBlock =>
  blocks(
    {
      args: attribute(listOf),
      command: attribute(listOf),
      image: attribute("string"),
      image_pull_policy: attribute("string", { computed: true, server: "IfNotPresent" }),
      name: requiredAttribute("string"),
      stdin: attribute("bool", { default: false }),
      stdin_once: attribute("bool", { default: false }),
      termination_message_path: attribute("string", { default: "/dev/termination-log" }),
      termination_message_policy: attribute("string", { computed: true, server: "File" }),
      tty: attribute("bool", { default: false }),
      working_dir: attribute("string"),
    },
    {
      env: blocks({ name: requiredAttribute("string"), value: attribute("string") }),
      liveness_probe: probe(),
      port: containerPort,
      readiness_probe: probe(),
      resources: block(
        { limits: attribute(mapOf, { computed: true }), requests: attribute(mapOf, { computed: true }) },
        {},
        { computed: true, server: [{ limits: {}, requests: {} }] },
      ),
      security_context: containerSecurity,
      startup_probe: probe(),
      volume_mount: blocks({
        mount_path: requiredAttribute("string"),
        mount_propagation: attribute("string", { default: "None" }),
        name: requiredAttribute("string"),
        read_only: attribute("bool"),
        sub_path: attribute("string"),
        sub_path_expr: attribute("string"),
      }),
    },
  );

const podSecurity = block(
  {
    fs_group: attribute("string"),
    fs_group_change_policy: attribute("string"),
    run_as_group: attribute("string"),
    run_as_non_root: attribute("bool"),
    run_as_user: attribute("string"),
    supplemental_groups: attribute(["set", "number"]),
  },
  {
    seccomp_profile: seccompProfile,
    sysctl: blocks({ name: requiredAttribute("string"), value: requiredAttribute("string") }),
  },
);

/** The pod a Deployment makes. */
export const podSpec: NestedBlock = block(
  {
    active_deadline_seconds: attribute("number"),
    automount_service_account_token: attribute("bool", { default: true }),
    dns_policy: attribute("string", { default: "ClusterFirst" }),
    enable_service_links: attribute("bool", { default: true }),
    host_ipc: attribute("bool", { default: false }),
    host_network: attribute("bool", { default: false }),
    host_pid: attribute("bool", { default: false }),
    hostname: attribute("string", { computed: true }),
    node_name: attribute("string", { computed: true }),
    node_selector: attribute(mapOf),
    priority_class_name: attribute("string"),
    restart_policy: attribute("string", { default: "Always" }),
    runtime_class_name: attribute("string"),
    scheduler_name: attribute("string", { computed: true, server: "default-scheduler" }),
    service_account_name: attribute("string", { computed: true }),
    share_process_namespace: attribute("bool", { default: false }),
    subdomain: attribute("string"),
    termination_grace_period_seconds: attribute("number", { default: 30 }),
  },
  {
    container: container(),
    image_pull_secrets: blocks({ name: requiredAttribute("string") }, {}, { computed: true, server: [] }),
    init_container: container(),
    readiness_gate: blocks({ condition_type: requiredAttribute("string") }, {}, { computed: true, server: [] }),
    security_context: podSecurity,
    volume: blocks(
      { name: attribute("string") },
      { empty_dir: block({ medium: attribute("string", { default: "" }), size_limit: attribute("string") }) },
    ),
  },
  { required: true },
);
