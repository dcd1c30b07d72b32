/** Terraform plans of the experiment, in the shape `terraform show -json` has: step 2 is there, and the plan makes one change. */

/** What must never be printed: every secret of these plans holds it. */
export const secret = "hunter2";

interface Resource {
  readonly type: string;
  readonly name: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly sensitive?: Readonly<Record<string, unknown>>;
}

const metadata = (name: string, namespace?: string): readonly object[] => [
  { annotations: null, generate_name: null, labels: null, name, ...(namespace === undefined ? {} : { namespace }) },
];

const namespace = (name: string): Resource => ({ type: "kubernetes_namespace_v1", name, values: { id: name, metadata: metadata(name) } });

const deployment = (space: string): Resource => ({
  type: "kubernetes_deployment_v1",
  name: `${space}_nginx`,
  values: {
    id: `${space}/nginx`,
    metadata: metadata("nginx", space),
    spec: [
      {
        replicas: "1",
        selector: [{ match_labels: { app: "nginx" }, match_expressions: [] }],
        template: [
          {
            metadata: [{ annotations: { token: `${secret}-annotation` }, labels: { app: "nginx" } }],
            spec: [
              {
                container: [
                  {
                    name: "nginx",
                    image: "nginx",
                    args: [`--password=${secret}-argument`],
                    env: [{ name: "PASSWORD", value: `${secret}-environment`, value_from: [] }],
                    port: [],
                  },
                ],
              },
            ],
          },
        ],
      },
    ],
  },
});

/** A policy of `backend` over all its pods, with these ingress rules. */
export const policy = (name: string, ingress: readonly object[]): Resource => ({
  type: "kubernetes_network_policy_v1",
  name: `backend_${name}`,
  values: {
    id: `backend/${name}`,
    metadata: metadata(name, "backend"),
    spec: [{ pod_selector: [{ match_expressions: [], match_labels: {} }], policy_types: ["Ingress"], ingress, egress: [] }],
  },
});

/** What step 3 of the experiment adds: pods labelled `app: nginx` of `frontend` may come in. */
export const allowFront = policy("netpol-allow-nginx-front", [
  {
    ports: [],
    from: [
      {
        ip_block: [],
        namespace_selector: [{ match_expressions: [], match_labels: { "kubernetes.io/metadata.name": "frontend" } }],
        pod_selector: [{ match_expressions: [], match_labels: { app: "nginx" } }],
      },
    ],
  },
]);

/** The whole internet may come in. */
export const allowEverybody = policy("public", [
  { ports: [], from: [{ ip_block: [{ cidr: "0.0.0.0/0", except: [] }], namespace_selector: [], pod_selector: [] }] },
]);

const secrets: readonly Resource[] = [
  {
    type: "kubernetes_secret_v1",
    name: "db",
    values: { id: "backend/db", metadata: metadata("db", "backend"), data: { password: `${secret}-data` }, type: "Opaque" },
    sensitive: { data: true },
  },
  {
    type: "aws_db_instance",
    name: "main",
    values: { identifier: "main", username: "admin", password: `${secret}-database` },
    sensitive: { password: true },
  },
];

const stepTwo: readonly Resource[] = [
  namespace("frontend"),
  namespace("backend"),
  deployment("frontend"),
  deployment("backend"),
  policy("default-deny-ingress", []),
  ...secrets,
];

const change = ({ type, name, values, sensitive = {} }: Resource, isNew: boolean): object => ({
  address: `${type}.${name}`,
  mode: "managed",
  type,
  name,
  provider_name: type.startsWith("aws") ? "registry.terraform.io/hashicorp/aws" : "registry.terraform.io/hashicorp/kubernetes",
  change: {
    actions: [isNew ? "create" : "no-op"],
    before: isNew ? null : values,
    after: values,
    after_unknown: {},
    before_sensitive: isNew ? false : sensitive,
    after_sensitive: sensitive,
  },
});

const configured = ({ type, name }: Resource): object => ({
  address: `${type}.${name}`,
  mode: "managed",
  type,
  name,
  provider_config_key: type.startsWith("aws") ? "aws" : "kubernetes",
  expressions: {},
  schema_version: 0,
});

/** A plan that adds resources to step 2. */
export const planThatAdds = (...added: readonly Resource[]): object => ({
  format_version: "1.2",
  terraform_version: "1.11.4",
  variables: { db_password: { value: `${secret}-variable` } },
  resource_changes: [...stepTwo.map((each) => change(each, false)), ...added.map((each) => change(each, true))],
  output_changes: {
    password: { actions: ["create"], before: null, after: `${secret}-output`, before_sensitive: false, after_sensitive: true },
  },
  prior_state: {
    format_version: "1.0",
    terraform_version: "1.11.4",
    values: { outputs: { password: { sensitive: true, value: `${secret}-prior`, type: "string" } }, root_module: {} },
  },
  configuration: {
    provider_config: {
      kubernetes: { name: "kubernetes", expressions: { token: { constant_value: `${secret}-provider` } } },
    },
    root_module: { resources: [...stepTwo, ...added].map(configured), variables: { db_password: { sensitive: true } } },
  },
  timestamp: "2026-11-23T10:11:12Z",
  applyable: true,
  complete: true,
  errored: false,
});
