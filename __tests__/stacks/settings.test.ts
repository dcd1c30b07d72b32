import { loadSettings, SettingsError } from "../../stacks";
import { environmentName } from "../../stacks/setting";
import { settingTable } from "../../stacks/setting-table";

const messageOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw error;
  }
  throw new Error("nothing was refused");
};

describe("settings", () => {
  test("without any source are complete and safe", () => {
    expect(loadSettings({ today: "2026-11-23" })).toEqual({
      profile: "dev",
      region: "us-west-2",
      name: "netpol",
      vpcCidr: "10.0.0.0/16",
      azCount: 3,
      natMode: "single",
      kubernetesVersion: "1.27",
      allowUnsupportedVersion: false,
      cni: { enforcingMode: "standard", policyEventLogs: false, identity: "irsa" },
      ipFamily: "ipv4",
      protection: { customerKeys: false, flowLogs: false, logRetentionDays: 365, deletionProtection: false },
      pods: { image: "nginx:1.27", restricted: false, isolateBothWays: false },
      nodes: { instanceTypes: ["t3.medium"], architecture: "x86_64", minSize: 1, desiredSize: 2, maxSize: 3, diskGib: 30 },
      endpoint: { privateAccess: true, publicAccess: false, publicAccessCidrs: [] },
      tags: {},
      backend: { kind: "local" },
      step: 3,
      today: "2026-11-23",
    });
  });

  test("of the hardened profile are complete without another word", () => {
    expect(loadSettings({ context: { profile: "hardened" }, today: "2026-11-23" })).toMatchObject({
      profile: "hardened",
      kubernetesVersion: "1.35",
      natMode: "per-az",
      protection: { customerKeys: true, flowLogs: true, logRetentionDays: 365, deletionProtection: true },
      pods: { image: expect.stringMatching(/^nginx:1\.27\.5@sha256:[0-9a-f]{64}$/) as string, restricted: true, isolateBothWays: true },
    });
  });

  test("give a profile's values way to what somebody chose, from either source", () => {
    const context = { profile: "hardened", kubernetesVersion: "1.34", image: `nginx@sha256:${"a".repeat(64)}` };
    const environment = { NETPOL_EKS_KUBERNETES_VERSION: "1.36", NETPOL_EKS_LOG_RETENTION_DAYS: "400" };
    expect(loadSettings({ context, environment, today: "2026-11-23" })).toMatchObject({
      kubernetesVersion: "1.36",
      protection: { logRetentionDays: 400 },
      pods: { image: context.image },
    });
  });

  test("take the current day unless told", () => {
    expect(loadSettings().today).toMatch(/^\d{4}-\d{2}-\d{2}$/);
  });

  test("cannot be written to, at any depth", () => {
    const settings = loadSettings({ context: { tags: { team: "network" }, nodeInstanceTypes: ["m7g.large"] } });
    for (const part of [settings, settings.nodes, settings.nodes.instanceTypes, settings.endpoint, settings.tags, settings.backend]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });

  test("come from the context, and from the environment before it", () => {
    const context = { region: "eu-west-1", azCount: 2 };
    const settings = loadSettings({ context, environment: { NETPOL_EKS_REGION: "eu-central-1", NETPOL_EKS_NAME: "", PATH: "/bin" } });
    expect(settings).toMatchObject({ region: "eu-central-1", azCount: 2, name: "netpol" });
  });

  test.each([
    ["NETPOL_EKS_AZ_COUNT", "2", { azCount: 2 }],
    ["NETPOL_EKS_STEP", "1", { step: 1 }],
    ["NETPOL_EKS_ALLOW_UNSUPPORTED_VERSION", "true", { allowUnsupportedVersion: true }],
    [
      "NETPOL_EKS_NODE_INSTANCE_TYPES",
      "m7g.large, t4g.small",
      { nodes: { instanceTypes: ["m7g.large", "t4g.small"], architecture: "ARM_64" } },
    ],
    ["NETPOL_EKS_NODE_INSTANCE_TYPES", "g5.xlarge", { nodes: { architecture: "x86_64" } }],
    ["NETPOL_EKS_NODE_INSTANCE_TYPES", "g4dn.xlarge", { nodes: { architecture: "x86_64" } }],
    ["NETPOL_EKS_NODE_INSTANCE_TYPES", "a1.large,c6gn.large,x2gd.medium,g5g.xlarge", { nodes: { architecture: "ARM_64" } }],
    ["NETPOL_EKS_TAGS", "team=network, note=a=b", { tags: { team: "network", note: "a=b" } }],
    ["NETPOL_EKS_TAGS", '{"team": "network", "note": "a, b=c"}', { tags: { team: "network", note: "a, b=c" } }],
    ["NETPOL_EKS_PROFILE", "dev", { profile: "dev" }],
    ["NETPOL_EKS_ENFORCING_MODE", "strict", { cni: { enforcingMode: "strict" }, pods: { isolateBothWays: true } }],
    ["NETPOL_EKS_POLICY_EVENT_LOGS", "true", { cni: { policyEventLogs: true } }],
    ["NETPOL_EKS_CNI_IDENTITY", "pod-identity", { cni: { identity: "pod-identity" } }],
    ["NETPOL_EKS_IP_FAMILY", "ipv6", { ipFamily: "ipv6" }],
    ["NETPOL_EKS_FLOW_LOGS", "true", { protection: { flowLogs: true } }],
    ["NETPOL_EKS_IMAGE", "registry.example:5000/web/nginx:1.27.5", { pods: { image: "registry.example:5000/web/nginx:1.27.5" } }],
    ["NETPOL_EKS_VPC_CNI_VERSION", "v1.20.1-eksbuild.3", { vpcCniVersion: "v1.20.1-eksbuild.3" }],
    ["NETPOL_EKS_VPC_CNI_VERSION", "v1.14.0-eksbuild.3", { vpcCniVersion: "v1.14.0-eksbuild.3" }],
    ["NETPOL_EKS_STATE_BUCKET", "states", { backend: { kind: "s3", bucket: "states", keyPrefix: "netpol", region: "us-west-2" } }],
  ])("%s=%s is understood", (name, text, expected) => {
    expect(loadSettings({ environment: { [name]: text } })).toMatchObject(expected);
  });

  test.each([
    ["region", "oregon"],
    ["region", 7],
    ["name", "Netpol"],
    ["name", "n".repeat(31)],
    ["vpcCidr", "10.0.0.1/16"],
    ["vpcCidr", "10.0.0.0/24"],
    ["vpcCidr", "10.0.0.0/8"],
    ["vpcCidr", "010.0.0.0/16"],
    ["vpcCidr", "fd00::/16"],
    ["azCount", 1],
    ["azCount", 7],
    ["azCount", 2.5],
    ["azCount", "3"],
    ["natMode", "none"],
    ["kubernetesVersion", 1.27],
    ["kubernetesVersion", "1.24"],
    ["kubernetesVersion", "1.27.3"],
    ["kubernetesVersion", "latest"],
    ["allowUnsupportedVersion", "yes"],
    ["vpcCniVersion", "v1.14.0-eksbuild.2"],
    ["vpcCniVersion", "v1.13.9-eksbuild.1"],
    ["vpcCniVersion", "v1.21.0-eksbuild.1"],
    ["vpcCniVersion", "1.20.1"],
    ["nodeInstanceTypes", []],
    ["nodeInstanceTypes", ["medium"]],
    ["nodeInstanceTypes", "t3.medium"],
    ["nodeMinSize", -1],
    ["nodeDesiredSize", 451],
    ["nodeMaxSize", 0],
    ["nodeDiskGib", 10],
    ["endpointPrivateAccess", 1],
    ["endpointPublicAccess", null],
    ["publicAccessCidrs", ["203.0.113.7"]],
    ["publicAccessCidrs", ["203.0.113.7/24"]],
    ["adminPrincipalArn", "arn:aws:sts::111122223333:assumed-role/deploy/session"],
    ["adminPrincipalArn", "deploy"],
    ["tags", { "aws:team": "network" }],
    ["tags", ["network"]],
    ["stateBucket", "s3://states"],
    ["stateKeyPrefix", "/teams/"],
    ["stateRegion", "somewhere"],
    ["profile", "production"],
    ["enforcingMode", "lenient"],
    ["policyEventLogs", "true"],
    ["cniIdentity", "instance"],
    ["ipFamily", "ipv5"],
    ["ipFamily", 6],
    ["customerKeys", "yes"],
    ["flowLogs", 1],
    ["logRetentionDays", 0],
    ["logRetentionDays", 100],
    ["deletionProtection", null],
    ["image", "nginx"],
    ["image", "nginx:latest"],
    ["image", "nginx@sha256:abc"],
    ["image", "Nginx:1.27"],
    ["restrictedPods", "no"],
    ["step", 0],
    ["step", 4],
    ["step", "3"],
  ] as const)("%s refuses %j in one line with key, value and what is allowed", (key, value) => {
    const message = messageOf(() => loadSettings({ context: { [key]: value } }));
    const shown = typeof value === "string" ? value : JSON.stringify(value);
    expect(message).toBe(`setting \`${key}\` in context \`netpol\` of cdktf.json is \`${shown}\`: allowed is ${settingTable[key].allowed}`);
  });

  test.each([
    ["NETPOL_EKS_AZ_COUNT", "three", "azCount", "a whole number from 2 to 6"],
    ["NETPOL_EKS_AZ_COUNT", "0x3", "azCount", "a whole number from 2 to 6"],
    ["NETPOL_EKS_ENDPOINT_PUBLIC_ACCESS", "1", "endpointPublicAccess", "true or false"],
    ["NETPOL_EKS_TAGS", "network", "tags", settingTable.tags.allowed],
    ["NETPOL_EKS_TAGS", "note=a,b", "tags", settingTable.tags.allowed],
    ["NETPOL_EKS_TAGS", '{"team": ', "tags", settingTable.tags.allowed],
  ])("%s=%s is refused by the name of the variable", (name, text, key, allowed) => {
    const message = messageOf(() => loadSettings({ environment: { [name]: text } }));
    expect(message).toBe(`setting \`${key}\` in \`${name}\` is \`${text}\`: allowed is ${allowed}`);
  });

  test.each([
    [{ nodeMinSize: 5 }, "setting `nodeMinSize` is `5`: allowed is at most `nodeMaxSize`, which is 3"],
    [{ nodeDesiredSize: 9 }, "setting `nodeDesiredSize` is `9`: allowed is from `nodeMinSize` 1 to `nodeMaxSize` 3"],
    [
      { nodeInstanceTypes: ["m7g.large", "m7i.large"] },
      "setting `nodeInstanceTypes` is `m7g.large,m7i.large`: allowed is types of one processor architecture, either Graviton or not",
    ],
    [
      { endpointPrivateAccess: false },
      "setting `endpointPrivateAccess` is `false`: allowed is true, unless `endpointPublicAccess` is true: nodes need one of them",
    ],
    [
      { endpointPublicAccess: true },
      "setting `publicAccessCidrs` is `[]`: allowed is at least one CIDR when `endpointPublicAccess` is true, such as your own address with /32",
    ],
    [
      { publicAccessCidrs: ["203.0.113.7/32"] },
      "setting `publicAccessCidrs` is `203.0.113.7/32`: allowed is nothing unless `endpointPublicAccess` is true",
    ],
    [
      { enforcingMode: "strict", step: 2 },
      "setting `step` is `2`: allowed is 3 when `enforcingMode` is strict: before it, policies are missing that strict mode needs",
    ],
    [
      { enforcingMode: "strict", ipFamily: "ipv6" },
      "setting `ipFamily` is `ipv6`: allowed is ipv4 when `enforcingMode` is strict: " +
        "the policy of cluster DNS names the API server's Service address, which AWS chooses in an IPv6 cluster",
    ],
    [
      { enforcingMode: "strict", vpcCniVersion: "v1.16.4-eksbuild.2" },
      "setting `vpcCniVersion` is `v1.16.4-eksbuild.2`: allowed is v1.17.1-eksbuild.1 or later when `enforcingMode` is strict",
    ],
    [
      { cniIdentity: "pod-identity", vpcCniVersion: "v1.15.4-eksbuild.1" },
      "setting `vpcCniVersion` is `v1.15.4-eksbuild.1`: allowed is v1.15.5-eksbuild.1 or later when `cniIdentity` is pod-identity",
    ],
    [
      { ipFamily: "ipv6", nodeInstanceTypes: ["m5.large", "m4.large"] },
      "setting `nodeInstanceTypes` is `m4.large`: allowed is types of the Nitro system, such as t3.medium, when `ipFamily` is ipv6",
    ],
    [{ stateKeyPrefix: "teams" }, "setting `stateKeyPrefix` is `teams`: allowed is nothing unless `stateBucket` is set"],
    [{ stateRegion: "eu-west-1" }, "setting `stateRegion` is `eu-west-1`: allowed is nothing unless `stateBucket` is set"],
  ])("%j contradicts another setting", (context, message) => {
    expect(messageOf(() => loadSettings({ context }))).toBe(message);
  });

  test.each([
    { enforcingMode: "strict", vpcCniVersion: "v1.17.1-eksbuild.1" },
    { cniIdentity: "pod-identity", vpcCniVersion: "v1.15.5-eksbuild.1" },
    { enforcingMode: "strict", cniIdentity: "pod-identity", vpcCniVersion: "v1.20.0-eksbuild.1", policyEventLogs: true },
    { ipFamily: "ipv6", cniIdentity: "pod-identity", policyEventLogs: true, nodeInstanceTypes: ["m7g.large"] },
    { profile: "hardened", logRetentionDays: 3653 },
  ])("%j go together", (context) => {
    expect(() => loadSettings({ context, today: "2026-11-23" })).not.toThrow();
  });

  test("unknown names are refused with the closest one", () => {
    expect(messageOf(() => loadSettings({ context: { kubernetesVersoin: "1.35" } }))).toBe(
      "unknown setting `kubernetesVersoin` in context `netpol` of cdktf.json: did you mean `kubernetesVersion`? docs/stacks.md lists them all",
    );
    expect(messageOf(() => loadSettings({ environment: { NETPOL_EKS_AZCOUNT: "2" } }))).toBe(
      "unknown setting `NETPOL_EKS_AZCOUNT` in the environment: did you mean `NETPOL_EKS_AZ_COUNT`? docs/stacks.md lists them all",
    );
    expect(messageOf(() => loadSettings({ context: { toString: "x" } }))).toContain("unknown setting `toString`");
  });

  test("variables of other tools are left alone", () => {
    expect(loadSettings({ environment: { NETPOL_OUTPUT: "json" } }).name).toBe("netpol");
  });

  test.each([["text"], [[]], [null], [3]])("a context that is %j is refused", (context) => {
    expect(messageOf(() => loadSettings({ context }))).toContain("allowed is an object of settings");
  });

  test("every environment variable has a name of its own", () => {
    const names = Object.keys(settingTable).map(environmentName);
    expect(new Set(names).size).toBe(names.length);
  });
});
