import { Construct } from "constructs";
import { clusterDns } from "../../policies";
import { apiServerAddress, resolverAddresses } from "../service-range";
import type { Settings } from "../settings";
import { ManagedAddon } from "./managed-addon";
import { NetworkPolicy } from "./network-policy";
import { placed } from "./placed";

/**
 * CoreDNS in a cluster whose CNI denies what no policy allows: its policy first, then the add-on. The other way round the add-on would wait
 * for pods that never become ready, and fail.
 */
export class ClusterDns extends Construct {
  constructor(scope: Construct, id: string, { name, kubernetesVersion, vpcCidr }: Settings) {
    super(scope, id);
    placed(this);
    const policy = new NetworkPolicy(this, "policy", {
      policy: clusterDns({ apiServer: apiServerAddress(vpcCidr), resolvers: resolverAddresses(vpcCidr) }),
      dependsOn: [],
    });
    new ManagedAddon(this, "coredns", { clusterName: name, addonName: "coredns", kubernetesVersion, dependsOn: [policy] });
  }
}
