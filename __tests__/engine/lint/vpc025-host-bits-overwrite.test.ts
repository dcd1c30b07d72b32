import { policy } from "./lint-yaml";
import { deployment, eks, vpcFindings } from "./vpc-lint";

const found = (cidr: string, version: string) =>
  vpcFindings(
    "VPC025",
    deployment("shop", "client") +
      policy("shop", "client", `{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: "${cidr}" } }] }] }`),
    eks({ addon: { addon_version: version } }),
  );

test("host bits are reported before the release that masks them, with a fix that means the same", () => {
  const [finding] = found("10.1.0.0/8", "v1.23.0-eksbuild.1");
  expect(finding).toMatchObject({ severity: "warning", field: "spec.egress[0].to[0].ipBlock.cidr" });
  expect(finding?.fix?.edits).toMatchObject([{ kind: "set", value: "10.0.0.0/8" }]);
  expect(found("10.1.0.0/8", "v1.23.1-eksbuild.1")).toEqual([]);
  expect(found("10.0.0.0/8", "v1.23.0-eksbuild.1")).toEqual([]);
});

test("with a version that is not known they are worth knowing, and no more", () => {
  expect(found("2001:db8::1/32", "${aws_eks_cluster.shop.platform_version}")).toMatchObject([{ severity: "info" }]);
});
