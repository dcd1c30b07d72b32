import { eks, vpcFindings } from "./vpc-lint";

const found = (version: string) => vpcFindings("VPC027", "", eks({ addon: { addon_version: version } }));

test.each(["v1.21.0-eksbuild.1", "v1.21.1-eksbuild.7", "v1.22.2-eksbuild.1", "v1.15.1-eksbuild.1"])("%s is reported", (version) => {
  expect(found(version)).toMatchObject([{ severity: "warning", field: "addon_version", key: version }]);
});

test.each(["v1.22.3-eksbuild.1", "v1.23.1-eksbuild.1", "${aws_eks_cluster.shop.platform_version}"])("%s is not", (version) => {
  expect(found(version)).toEqual([]);
});

test("what is wrong with each is another thing", () => {
  const messages = ["v1.21.0-eksbuild.1", "v1.21.1-eksbuild.7", "v1.21.1-eksbuild.1"].map((version) =>
    found(version)[0]?.message.replace(version, ""),
  );
  expect(new Set(messages).size).toBe(3);
});
