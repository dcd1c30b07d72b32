import fc from "fast-check";
import { divergences, evaluate, update, vpcCni } from "../../../engine";
import type { Cluster, Workload } from "../../../engine/model";
import { anyCluster } from "../../arbitraries/cluster";
import { anyFlowPick, flowOf } from "../../arbitraries/flow";
import { cluster, labelled, ownPods, podsIn, rule } from "../../builders";
import { check } from "../../property-runs";
import { current } from "./cases";

const features = { tiers: true, hostNetwork: true };

/** The same cluster with policies of another, and some of its pods exchanged: what `update` carries along. */
const edited = (base: Cluster, other: Cluster): Cluster => ({
  ...base,
  policies: [...base.policies.slice(1), ...other.policies.map((each, place) => ({ ...each, name: `other-${String(place)}` }))],
  workloads: [...base.workloads.slice(1), ...other.workloads.slice(0, 2).map(withoutAddress)],
});

/** No two pods may have one address. */
const withoutAddress = ({ pods: _pods, ...workload }: Workload, place: number): Workload => ({ ...workload, name: `new-${String(place)}` });

test("a cluster that was evaluated before, from scratch or by an update, is answered as one that was not", () => {
  const picks = fc.array(anyFlowPick, { minLength: 6, maxLength: 6 });
  let carried = 0;
  const property = fc.property(anyCluster(features), anyCluster(features), picks, (base, other, drawn) => {
    const before = evaluate(base);
    const after = update(before, edited(base, other));
    if (after.table === before.table && after.universe !== before.universe) carried++;
    for (const given of [before, after]) {
      const [fromScratch, fromGiven] = [vpcCni(given.cluster, current), vpcCni(given, current)];
      for (const pick of drawn) {
        const flow = flowOf(given.cluster, pick);
        expect(fromGiven.verdict(flow)).toEqual(fromScratch.verdict(flow));
        const [one, two] = [fromGiven, fromScratch].map((each) => each.connections(flow.from, flow.to));
        expect([String(one?.certain), String(one?.possible)]).toEqual([String(two?.certain), String(two?.possible)]);
      }
    }
  });
  check("VPC CNI over a given evaluation", 100, property);
  expect(carried).toBeGreaterThan(0);
});

test("divergences are the same over an evaluation as over the cluster it is of", () => {
  const town = cluster()
    .namespace("x")
    .deployment("web", { labels: { app: "web" } })
    .deployment("client")
    .policy("p", { subject: labelled({ app: "web" }), ingress: [rule({ peers: [ownPods(), podsIn()] })] })
    .policy("q", { subject: labelled({ app: "client" }), egress: [rule()] })
    .build();
  const off = { ...current, enabled: false };
  const given = evaluate(town);
  expect(vpcCni(given, off).specification).toBe(given);
  expect(divergences(vpcCni(given, off))).toEqual(divergences(vpcCni(town, off)));
});

test("how an evaluation reads host-networked pods is not how the plugin reads them", () => {
  const town = cluster().namespace("x").deployment("web", { hostNetwork: true }).deployment("client").policy("p", { ingress: [] }).build();
  for (const hostNetwork of ["undecided", "node", "pod"] as const) {
    const cni = vpcCni(evaluate(town, { hostNetwork }), current);
    const [web, client] = town.workloads as readonly [Workload, Workload];
    expect(cni.between(client, web).certain.isAll).toBe(true);
  }
});
