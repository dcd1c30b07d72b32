import { NetworkPolicyV1 } from "@cdktf/provider-kubernetes/lib/network-policy-v1";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import type { NetworkPolicy as PolicyModel } from "../../engine/model";
import { known } from "./known-value";
import { networkPolicySpec } from "./network-policy-spec";
import { placed } from "./placed";

/** Properties of `NetworkPolicy`. */
export interface NetworkPolicyProps {
  readonly policy: PolicyModel;
  readonly dependsOn: readonly ITerraformDependable[];
}

/** A NetworkPolicy in the cluster. */
export class NetworkPolicy extends NetworkPolicyV1 {
  constructor(scope: Construct, id: string, { policy, dependsOn }: NetworkPolicyProps) {
    super(scope, id, {
      metadata: { name: known(policy.name), namespace: known(policy.namespace) },
      spec: networkPolicySpec(policy),
      dependsOn: [...dependsOn],
    });
    placed(this, policy.location?.created);
  }
}
