import { smallCluster } from "../aws-network/networks";
import { pod, policy } from "./lint-yaml";
import { vpcFindings } from "./vpc-lint";

const network = JSON.stringify({ resource: smallCluster() });
const found = (peer: string, infrastructure = network) =>
  vpcFindings(
    "VPC031",
    pod("shop", "web") + policy("shop", "web", `{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [${peer}] }] }`),
    infrastructure,
  ).map(({ field, message }) => `${field ?? ""} ${/covers (.*), where/.exec(message)?.[1] ?? ""}`);

test("a block is reported with the subnets of pods that it meets", () => {
  expect(found("{ ipBlock: { cidr: 10.0.0.0/19 } }")).toEqual(["spec.egress[0].to[0].ipBlock.cidr `aws_subnet.a` and `aws_subnet.b`"]);
  expect(found("{ ipBlock: { cidr: 10.0.1.0/28 } }")).toEqual(["spec.egress[0].to[0].ipBlock.cidr `aws_subnet.a`"]);
});

test("what exceptions take out does not count, each for its own block", () => {
  expect(found("{ ipBlock: { cidr: 0.0.0.0/0, except: [10.0.0.0/16] } }")).toEqual([]);
  expect(found("{ ipBlock: { cidr: 0.0.0.0/0, except: [10.0.0.0/20] } }")).toEqual(["spec.egress[0].to[0].ipBlock.cidr `aws_subnet.b`"]);
  const both = found("{ ipBlock: { cidr: 10.0.0.0/24 } }, { ipBlock: { cidr: 10.0.0.0/16, except: [10.0.0.0/16] } }");
  expect(both).toEqual(["spec.egress[0].to[0].ipBlock.cidr `aws_subnet.a`"]);
});

test("one machine and the addresses AWS keeps are not the subnet", () => {
  expect(found("{ ipBlock: { cidr: 10.0.1.7/32 } }")).toEqual([]);
  expect(found("{ ipBlock: { cidr: 10.0.0.0/30 } }")).toEqual([]);
  expect(found("{ ipBlock: { cidr: 10.0.0.0/29 } }")).toHaveLength(1);
});

test("blocks beside the subnets, and inputs without a network, are left alone", () => {
  expect(found("{ ipBlock: { cidr: 10.0.240.0/24 } }")).toEqual([]);
  expect(found("{ ipBlock: { cidr: 10.0.0.0/8 } }", "resource: { aws_vpc: { v: { cidr_block: 10.0.0.0/16 } } }")).toEqual([]);
});
