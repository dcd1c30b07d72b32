import fc from "fast-check";
import { assumedCniSettings, type CniSettings, type Connections, divergences, vpcCni } from "../../../engine";
import { unknown } from "../../../engine/model";
import { anyCluster } from "../../arbitraries/cluster";
import { anyFlowPick, flowOf } from "../../arbitraries/flow";
import { check } from "../../property-runs";

const open: CniSettings = {
  ...assumedCniSettings,
  mode: unknown("the mode"),
  ipFamily: unknown("the family"),
  enabled: unknown("the configuration"),
  enableV4Egress: unknown("the configuration"),
};

const anyKnown: fc.Arbitrary<CniSettings> = fc
  .record({
    version: fc.constantFrom([1, 18, 0] as const, [1, 20, 1] as const, [1, 22, 4] as const, [1, 23, 1] as const),
    mode: fc.constantFrom("standard" as const, "strict" as const),
    ipFamily: fc.constantFrom("IPv4" as const, "IPv6" as const),
    enabled: fc.boolean(),
    enableV4Egress: fc.boolean(),
  })
  .map((known) => ({ ...assumedCniSettings, ...known }));

const isWithin = (inner: Connections, outer: Connections): boolean =>
  outer.certain.isSubsetOf(inner.certain) && inner.possible.isSubsetOf(outer.possible);

test("what is undecided while settings are not known contains the answer of every setting", () => {
  const picks = fc.array(anyFlowPick, { minLength: 6, maxLength: 6 });
  const property = fc.property(anyCluster({ hostNetwork: true }), anyKnown, picks, (cluster, known, drawn) => {
    const [bounds, concrete] = [vpcCni(cluster, open), vpcCni(cluster, known)];
    for (const pick of drawn) {
      const { from, to } = flowOf(cluster, pick);
      expect(isWithin(concrete.connections(from, to), bounds.connections(from, to))).toBe(true);
    }
  });
  check("VPC CNI, settings not known", 150, property);
});

test("every divergence has a witness on which the answers differ, and agree once its causes are switched off", () => {
  let met = 0;
  const property = fc.property(anyCluster({ hostNetwork: true, tiers: true }), anyKnown, (cluster, known) => {
    const cni = vpcCni(cluster, known);
    for (const { examples, cause } of divergences(cni, { pairs: 20 }).divergences) {
      const without = cni.withDeviations(new Set([...cni.active].filter((each) => !cause.deviations.includes(each))));
      expect(cause.changes.map(({ deviation }) => deviation)).toEqual(cause.deviations);
      for (const { witness } of examples) {
        met++;
        expect(witness.vpcCni).not.toBe(witness.specification);
        expect(cni.verdict(witness.flow).outcome).toBe(witness.vpcCni);
        expect(without.verdict(witness.flow).outcome).toBe(witness.specification);
      }
    }
  });
  check("VPC CNI, causes of divergences", 40, property);
  expect(met).toBeGreaterThan(0);
});
