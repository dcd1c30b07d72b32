import { deployments } from "../../policies";
import { restrictedPodSpec } from "../../stacks/constructs/pod-spec";
import { dependsOn, resource, synthesize } from "./synthesized";

describe("the hardened profile", () => {
  const { network, cluster, policies } = synthesize({ profile: "hardened" });

  test("renews its keys, and lets CloudWatch use each for one log group only", () => {
    for (const [stack, group] of [
      [network, "/aws/vpc/netpol/flow-logs"],
      [cluster, "/aws/eks/netpol/cluster"],
    ] as const) {
      const key = resource(stack, "aws_kms_key");
      const { Statement } = JSON.parse(key.policy as string) as { Statement: { Principal: { Service?: string }; Condition?: unknown }[] };
      expect(key).toMatchObject({ enable_key_rotation: true, deletion_window_in_days: 30 });
      expect(Statement).toHaveLength(2);
      expect(Statement[1]?.Principal.Service).toMatch(/^logs\.us-west-2\.\$\{data\.aws_partition\./);
      expect(JSON.stringify(Statement[1]?.Condition)).toContain(`log-group:${group}"`);
    }
  });

  test("encrypts secrets, and lets the control plane use the key before it is there", () => {
    const eks = resource(cluster, "aws_eks_cluster");
    expect(eks).toMatchObject({
      encryption_config: {
        resources: ["secrets"],
        provider: { key_arn: expect.stringContaining("aws_kms_key.eks_encryption_key") as string },
      },
      deletion_protection: true,
    });
    expect(dependsOn(eks)).toContain("aws_iam_role_policy_attachment.eks_key-use_attachment");
  });

  test("logs every connection, in a group only this account's flow logs can write to", () => {
    expect(resource(network, "aws_flow_log")).toMatchObject({
      vpc_id: "${aws_vpc.vpc.id}",
      traffic_type: "ALL",
      max_aggregation_interval: 60,
    });
    const trust = JSON.parse(resource(network, "aws_iam_role").assume_role_policy as string) as { Statement: unknown[] };
    expect(trust.Statement).toMatchObject([
      {
        Principal: { Service: "vpc-flow-logs.amazonaws.com" },
        Condition: { StringEquals: { "aws:SourceAccount": expect.anything() as unknown } },
      },
    ]);
  });

  test("runs the experiment's pods without root, on port 80 all the same", () => {
    const spec = (resource(policies, "kubernetes_deployment_v1", "backend").spec as { template: { spec: Record<string, unknown> } })
      .template.spec;
    expect(spec).toMatchObject({
      security_context: { run_as_non_root: true, sysctl: [{ name: "net.ipv4.ip_unprivileged_port_start", value: "0" }] },
      container: [
        { port: [{ container_port: 80 }], security_context: { read_only_root_filesystem: true, capabilities: { drop: ["ALL"] } } },
      ],
    });
    const [container] = spec.container as { volume_mount: { name: string }[] }[];
    const volumes = (spec.volume as { name: string }[]).map(({ name }) => name);
    expect(container?.volume_mount.map(({ name }) => name)).toEqual(volumes);
  });

  test("gives a pod that writes nowhere nothing to write to", () => {
    const [deployment] = deployments;
    const { writable: _writable, ...still } = deployment!;
    const spec = restrictedPodSpec(still);
    expect([spec.volume, spec.initContainer]).toEqual([[], []]);
    expect(spec.container).toMatchObject([{ image: "nginx:1.27", volumeMount: [], securityContext: { readOnlyRootFilesystem: true } }]);
  });

  test("changes the image of the experiment only by the setting", () => {
    const images = (settings: Readonly<Record<string, unknown>>) =>
      [...synthesize(settings).policies.text.matchAll(/"image": "([^"]+)"/g)].map(([, image]) => image);
    expect(new Set(images({}))).toEqual(new Set(["nginx:1.27"]));
    expect(new Set(images({ image: "nginx:1.29.1" }))).toEqual(new Set(["nginx:1.29.1"]));
  });
});
