/** Policies written as YAML are the policies: what is read back is equal to what was written. */
import fc from "fast-check";
import { clusterDns, type RequiredFlow, synthesize } from "../../engine";
import type { Cluster, NetworkPolicy } from "../../engine/model";
import { networkPolicyObject } from "../../outputs/kubernetes-objects";
import { renderYaml } from "../../outputs/yaml";
import { anyCluster } from "../arbitraries/cluster";
import { pickOf } from "../arbitraries/flow";
import { cluster, labelled, rule, tcp } from "../builders";
import { clusterOf, withoutLocation } from "../inputs/kubernetes-objects";

const readBack = (policies: readonly NetworkPolicy[]): readonly NetworkPolicy[] =>
  policies.length === 0 ? [] : clusterOf(renderYaml(policies.map(networkPolicyObject))).policies.map(withoutLocation);

test("policies made from flows", () => {
  const anyPairs = fc.array(fc.tuple(fc.nat(99), fc.nat(99), fc.boolean()), { maxLength: 6 });
  const property = fc.property(anyCluster(), anyPairs, (drawn, pairs) => {
    const flows = pairs.map(([from, to, isOutside]): RequiredFlow => ({
      from: { kind: "workload", workload: pickOf(drawn.workloads, from) },
      to: isOutside ? { kind: "addresses", cidr: "0.0.0.0/0" } : { kind: "workload", workload: pickOf(drawn.workloads, to) },
      protocol: "TCP",
      ports: isOutside ? "every" : { from: 80, to: 90 },
    }));
    const { policies } = synthesize({ ...drawn, podCidrs: ["10.0.0.0/16"] }, flows, { dns: clusterDns });
    expect(readBack(policies)).toEqual(policies);
  });
  fc.assert(property, { numRuns: 80 });
});

test("labels and names that YAML could take for something else", () => {
  const town: Cluster = cluster()
    .namespace("0x1f")
    .policy("1e3", { subject: labelled({ on: "no", "010": "1.0", empty: "" }), ingress: [rule({ ports: [tcp(80)] })] })
    .build();
  expect(readBack(town.policies)).toEqual(town.policies);
});
