import { aboutVpcCni } from "../cni-findings";
import type { LintRule } from "../rule";
import { serviceFindings } from "../service-rule";
import { nameOf } from "../words";

export const vpc012BlockMissesService: LintRule = {
  ...aboutVpcCni,
  code: "VPC012",
  name: "block-misses-service",
  title: "An egress rule opens a block around pods, and the address of the Service in front of them is not in it",
  severity: "error",
  check: (context) =>
    serviceFindings(context, {
      accepts: (peer) => peer !== "any" && peer.kind === "ipBlock",
      explain: ({ service }) => ({
        message: `the block holds the pods behind Service ${nameOf(service)} and not the Service's own address, which is what the VPC CNI sees`,
        advice: "add a block for the cluster's Service addresses (`service_ipv4_cidr`), or name the pods by labels",
      }),
    }),
};
