import fc from "fast-check";
import { assumedCniSettings, everyDeviation, vpcCni } from "../../../engine";
import { directions } from "../../../engine/model";
import { CniEvaluator } from "../../../engine/vpc-cni/vpc-cni";
import { anyCluster } from "../../arbitraries/cluster";
import { check } from "../../property-runs";

const anyVersion = fc.constantFrom([1, 15, 1] as const, [1, 20, 0] as const, [1, 23, 1] as const);
const anyActive = fc.constantFrom(everyDeviation, new Set<never>(), new Set([...everyDeviation].filter((each) => each !== "L-30")));

/** Every row there is: of each reading, workload, group of its pods and direction. */
const subjectsOf = ({ ground }: CniEvaluator) =>
  ground.evaluation.interpretations.flatMap((interpretation) =>
    ground.cluster.workloads.flatMap((workload) =>
      ground.evaluation.universe.groups
        .ofWorkload(workload)
        .flatMap((group) => directions.map((direction) => ({ interpretation, workload, group, direction }))),
    ),
  );

test("what is said of one end is what its row says there, whether or not the row is known", () => {
  let closed = 0;
  const property = fc.property(anyCluster({ tiers: true, hostNetwork: true }), anyVersion, anyActive, (drawn, version, active) => {
    const cni = vpcCni(drawn, { ...assumedCniSettings, version }, active);
    if (!(cni instanceof CniEvaluator)) throw new Error("another evaluator was made");
    const { universe, table } = cni.ground.evaluation;
    for (const { interpretation, workload, group, direction } of subjectsOf(cni)) {
      const fresh = cni.withDeviations(active).rows;
      const row = cni.rows.row(interpretation, workload, group, direction);
      for (const index of universe.all.members()) {
        const address = universe.addressesOf(index)?.first;
        const other = { index, ...(address === undefined ? {} : { address }) };
        const { certain, possible } = fresh.at(interpretation, workload, group, direction, other);
        const said = [certain, possible].map((each) => table.set(each).toString());
        expect(said).toEqual([row.certain, row.possible].map((each) => table.set(each.at(index)).toString()));
        if (row.certain.at(index) !== table.all) closed++;
      }
    }
  });
  check("VPC CNI, single ends", 20, property);
  expect(closed).toBeGreaterThan(0);
});
