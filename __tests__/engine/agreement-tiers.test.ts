/** The main property of the engine, in clusters with cluster-wide policies: see agreement.test.ts. */
import { agreementPlan, compareVerdicts, ordinaryFeatures, tierFeatures } from "./agreement";

const { tiers, together } = agreementPlan;

describe.each([tiers, together])("with $title, engine and reference agree", (share) => {
  test(`on the verdict of ${share.flows.toLocaleString("en")} flows`, () => {
    const met = compareVerdicts(share);
    expect(met.flows).toBeGreaterThanOrEqual(share.flows);
    expect(met.rarerThan(1_000, [...ordinaryFeatures, ...tierFeatures])).toEqual([]);
    if (share === together) expect(met.rarerThan(1_000, ["host network", "undecided"])).toEqual([]);
  });
});
