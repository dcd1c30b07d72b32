import fc from "fast-check";
import { enforcementOf } from "../../../engine/enforcement/enforcement";
import { isUnknown } from "../../../engine/model";
import { policy } from "../lint/lint-yaml";
import { deployment, eks, type EksChanges, vpcContext } from "../lint/vpc-lint";

const shop =
  deployment("shop", "web") +
  deployment("shop", "api") +
  policy("shop", "web", "{ podSelector: { matchLabels: { app: web } }, policyTypes: [Ingress] }");
const read = (changes?: EksChanges, manifests = shop) => enforcementOf(vpcContext(manifests, eks(changes)));
const state = (changes?: EksChanges) => read(changes).enforcement.state;
const env = (values: Record<string, unknown>): EksChanges => ({ configuration: { enableNetworkPolicy: "true", env: values } });
const notKnown = "${aws_eks_cluster.shop.platform_version}";

describe("whether policies are enforced", () => {
  test("an input without infrastructure, or without EKS in it, does not say", () => {
    const { infrastructure: _none, ...context } = vpcContext(shop);
    expect(enforcementOf(context).enforcement).toMatchObject({ state: "unknown", policies: [{ name: "web" }] });
    expect(
      enforcementOf(vpcContext(shop, JSON.stringify({ resource: { aws_vpc: { a: { cidr_block: "10.0.0.0/16" } } } }))).enforcement.state,
    ).toBe("unknown");
  });

  test("the text `true` is on, anything else is off, whatever it is", () => {
    expect(state()).toBe("enforced");
    const anything = fc.anything({ withBigInt: false, withDate: false }).filter((value) => value !== "true" && value !== undefined);
    fc.assert(
      fc.property(anything, (value) => {
        const text = JSON.stringify({ enableNetworkPolicy: value }) as string | undefined;
        fc.pre(text !== undefined && !/[$%]\{/.test(text) && text !== JSON.stringify({ enableNetworkPolicy: "true" }));
        expect(state({ addon: { configuration_values: text } })).toBe("none");
      }),
      { numRuns: 25 },
    );
  });

  test("grounds come most important first, each with its place and its rule", () => {
    const { grounds, policies } = read({
      cluster: { version: "1.24" },
      ...env({ ENABLE_BANDWIDTH_PLUGIN: "true" }),
      more: { aws_eks_fargate_profile: { all: { cluster_name: "shop", selector: { namespace: "shop" } } } },
    }).enforcement;
    expect(grounds.map(({ code }) => code)).toEqual(["VPC001", "VPC023", "VPC002"]);
    expect(grounds.map(({ location }) => location?.address ?? location?.file)).toEqual([
      "aws_eks_cluster.shop",
      "aws_eks_addon.cni",
      "input.yaml",
    ]);
    expect(policies).toEqual([{ kind: "NetworkPolicy", namespace: "shop", name: "web" }]);
  });

  test("workloads that are not covered make it partly so, and are named beside their policies", () => {
    const fargate = { aws_eks_fargate_profile: { web: { cluster_name: "shop", selector: { namespace: "shop", labels: { app: "web" } } } } };
    expect(read({ more: fargate }).enforcement).toMatchObject({
      state: "partly",
      policies: [
        { kind: "NetworkPolicy", name: "web" },
        { kind: "Deployment", namespace: "shop", name: "web" },
      ],
    });
    const api = { aws_eks_fargate_profile: { api: { cluster_name: "shop", selector: { namespace: "shop", labels: { app: "api" } } } } };
    expect(read({ more: api }).enforcement.state).toBe("enforced");
  });

  test("cluster-wide policies that the plugin does not read make it partly so, and only they are named", () => {
    const guard = `{ apiVersion: policy.networking.k8s.io/v1alpha1, kind: AdminNetworkPolicy, metadata: { name: guard },
      spec: { priority: 10, subject: { namespaces: {} }, ingress: [{ action: Deny, from: [{ namespaces: {} }] }] } }\n---\n`;
    expect(read({}, guard + shop).enforcement).toMatchObject({
      state: "partly",
      grounds: [{ code: "VPC001", message: "1 policy of `policy.networking.k8s.io` is not enforced: the VPC CNI does not read it" }],
      policies: [{ kind: "AdminNetworkPolicy", name: "guard" }],
    });
    expect(read({ configuration: {} }, guard + shop).enforcement).toMatchObject({ state: "none", grounds: [{ code: "VPC001" }] });
  });

  test.each([
    ["the configuration", { addon: { configuration_values: notKnown } }],
    ["whether the add-on is there", { addon: { count: notKnown } }],
    ["the configuration, written in YAML", { addon: { configuration_values: 'enableNetworkPolicy: "true"' } }],
  ])("%s is not known, and so it is undecided", (_title, changes) => {
    expect(state(changes)).toBe("undecided");
  });

  test("without an add-on, whatever else may enforce leaves it undecided", () => {
    expect(state({ addon: undefined })).toBe("none");
    expect(state({ addon: undefined, more: { helm_release: { calico: { name: "calico", chart: "calico" } } } })).toBe("undecided");
    expect(state({ addon: undefined, cluster: { compute_config: { enabled: true } } })).toBe("undecided");
    const chart = (more: object) => ({ helm_release: { cni: { name: "cni", chart: "aws-vpc-cni", ...more } } });
    expect(state({ addon: undefined, more: chart({ set: [{ name: "enableNetworkPolicy", value: "true" }] }) })).toBe("undecided");
    expect(state({ addon: undefined, more: chart({}) })).toBe("none");
  });

  test("EKS Auto Mode enforces when its ConfigMap says so", () => {
    const map = `${JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { namespace: "kube-system", name: "amazon-vpc-cni" }, data: { "enable-network-policy-controller": "true" } })}\n---\n`;
    expect(read({ addon: undefined, cluster: { compute_config: { enabled: true } } }, shop + map).enforcement.state).toBe("enforced");
  });
});

describe("how", () => {
  const settings = (changes?: EksChanges) => read(changes).settings;

  test("what is left out is as it comes", () => {
    expect(settings()).toMatchObject({
      enabled: true,
      version: [1, 23, 1],
      mode: "standard",
      ipFamily: "IPv4",
      enableV4Egress: true,
      bandwidthPlugin: false,
      vethPrefix: "eni",
      podSecurityGroupMode: "off",
      nodes: { fargate: [], windows: [], autoMode: false },
    });
  });

  test("the version of the cluster is the one that is written, and the newest where none is", () => {
    expect(settings().kubernetes).toEqual([1, 35]);
    expect(settings({ cluster: { version: "1.27" } }).kubernetes).toEqual([1, 27]);
    expect(settings({ cluster: { version: undefined } }).kubernetes).toBeUndefined();
  });

  test("the environment of the add-on is read, as text, number or boolean", () => {
    expect(
      settings(
        env({
          NETWORK_POLICY_ENFORCING_MODE: "strict",
          ENABLE_V4_EGRESS: false,
          ENABLE_BANDWIDTH_PLUGIN: "TRUE",
          AWS_VPC_K8S_CNI_VETHPREFIX: "pod",
          ENABLE_POD_ENI: true,
        }),
      ),
    ).toMatchObject({ mode: "strict", enableV4Egress: false, bandwidthPlugin: true, vethPrefix: "pod", podSecurityGroupMode: "strict" });
    expect(isUnknown(settings(env({ NETWORK_POLICY_ENFORCING_MODE: "loose" })).mode)).toBe(true);
  });

  test("the family and the Service range are those of the cluster, whether a block is an object or a list", () => {
    const network = { ip_family: "ipv6", service_ipv4_cidr: "172.30.0.0/16" };
    for (const kubernetes_network_config of [network, [network]]) {
      expect(settings({ cluster: { kubernetes_network_config } })).toMatchObject({ ipFamily: "IPv6", serviceCidrs: ["172.30.0.0/16"] });
    }
    expect(isUnknown(settings({ cluster: { kubernetes_network_config: { ip_family: notKnown } } }).ipFamily)).toBe(true);
  });

  test("a version nobody wrote down, or that is none, is not known", () => {
    for (const addon_version of [notKnown, null, "newest"]) expect(isUnknown(settings({ addon: { addon_version } }).version)).toBe(true);
  });

  test("where two clusters differ, what they differ in is not known", () => {
    const other = { aws_eks_cluster: { other: { name: "other" } }, aws_eks_addon: {} };
    const second = {
      cluster_name: "other",
      addon_name: "vpc-cni",
      addon_version: "v1.22.4-eksbuild.1",
      configuration_values: '{"enableNetworkPolicy":"true"}',
    };
    const both = settings({
      more: { ...other, aws_eks_addon: { cni: second, second: { ...second, addon_version: "v1.23.1-eksbuild.1" } } },
    });
    expect(both.enabled).toBe(true);
    expect(isUnknown(both.version)).toBe(true);
  });
});
