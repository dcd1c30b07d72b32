import { clustersFromText } from "../../testing/clusters";

const namespace = (name: string, provider: string): object => ({ metadata: { name }, provider });
const stack = {
  file: "cdk.tf.json",
  text: JSON.stringify({
    terraform: {},
    provider: {
      kubernetes: [{ host: "${aws_eks_cluster.prod.endpoint}" }, { alias: "test", host: "${aws_eks_cluster.test.endpoint}" }],
    },
    resource: {
      kubernetes_namespace_v1: { a: namespace("a", "kubernetes"), b: namespace("b", "kubernetes.test") },
      aws_vpc: { prod: { cidr_block: "10.1.0.0/16" }, test: { cidr_block: "10.2.0.0/16" } },
      aws_subnet: {
        prod: { vpc_id: "${aws_vpc.prod.id}", cidr_block: "10.1.0.0/20" },
        test: { vpc_id: "${aws_vpc.test.id}", cidr_block: "10.2.0.0/20" },
      },
      aws_eks_cluster: {
        prod: { name: "prod", vpc_config: { subnet_ids: ["${aws_subnet.prod.id}"] } },
        test: { name: "test", vpc_config: { subnet_ids: ["${aws_subnet.test.id}"] } },
      },
    },
  }),
};

test("objects of two clusters are an error that names both", () => {
  expect(() => clustersFromText(stack)).toThrow("`kubernetes` (1 object), `kubernetes.test` (1 object)");
});

test.each([
  ["kubernetes", "a", "10.1.0.0/16"],
  ["kubernetes.test", "b", "10.2.0.0/16"],
])("those of %s are read with the ranges of its own VPC", (provider, name, range) => {
  const { namespaces, podCidrs } = clustersFromText({ providers: [provider] }, stack).after.cluster;
  expect(namespaces.map((each) => each.name)).toEqual([name]);
  expect(podCidrs).toEqual([range]);
});

test("a provider configuration that deploys nothing is an error", () => {
  expect(() => clustersFromText({ providers: ["kubernetes.prod"] }, stack)).toThrow(
    "no object is deployed by a provider configuration `kubernetes.prod`",
  );
});
