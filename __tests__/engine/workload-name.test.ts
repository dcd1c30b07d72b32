/** What workloads are called: alike only where they are of one kind. */
import fc from "fast-check";
import { evaluate } from "../../engine";
import { clusterChange } from "../../engine/report";
import { type Cluster, emptyCluster, markSharedNames, shown, unknown, type Workload, workloadName } from "../../engine/model";
import { cluster } from "../builders";
import { check } from "../property-runs";

const anyWorkload: fc.Arbitrary<Workload> = fc
  .record({
    kind: fc.constantFrom("Deployment", "StatefulSet", "Pod"),
    namespace: fc.constantFrom("a", "b", unknown("`var.namespace`")),
    name: fc.constantFrom("x", "y", unknown("`var.name`")),
    variant: fc.option(fc.constantFrom("1", "2"), { nil: undefined }),
  })
  .map(({ variant, ...named }): Workload => ({
    ...named,
    ...(variant === undefined ? {} : { variant }),
    labels: {},
    ports: [],
    hostNetwork: false,
  }));
const anyCluster: fc.Arbitrary<Cluster> = fc.array(anyWorkload, { maxLength: 6 }).map((workloads) => ({ ...emptyCluster, workloads }));

const plain = ({ namespace, name, variant }: Workload): string => JSON.stringify([shown(namespace), shown(name), variant]);
const whole = (workload: Workload): string => JSON.stringify([workload.kind, plain(workload)]);

describe("names of workloads", () => {
  test("are equal for none but those of one kind, in one cluster and across two", () => {
    const property = fc.property(anyCluster, anyCluster, (one, other) => {
      const marked = [...markSharedNames(one, [other]).workloads, ...markSharedNames(other, [one]).workloads];
      for (const a of marked) for (const b of marked) expect(workloadName(a) === workloadName(b)).toBe(whole(a) === whole(b));
    });
    check("shared names", 200, property);
  });

  test("hold a kind only where they need it", () => {
    const property = fc.property(anyCluster, (drawn) => {
      for (const each of markSharedNames(drawn).workloads) {
        const kinds = new Set(
          drawn.workloads.filter((other) => plain({ ...other, variant: "" }) === plain({ ...each, variant: "" })).map(({ kind }) => kind),
        );
        expect(workloadName(each).split("/").includes(each.kind)).toBe(kinds.size > 1);
      }
    });
    check("names without kinds", 200, property);
  });

  test("leave a cluster alone in which none is shared", () => {
    const content = cluster().namespace("shop").deployment("web").deployment("api").build();
    expect(markSharedNames(content)).toBe(content);
  });

  test("that come to be shared are no change of a workload", () => {
    const before = cluster().namespace("shop").deployment("web").build();
    const after = cluster().namespace("shop").deployment("web").workload("DaemonSet", "web").build();
    const { connections } = clusterChange(evaluate(markSharedNames(before)), evaluate(markSharedNames(after)));
    const causes = connections.flatMap((each) => each.causes.workloads);
    expect(causes.length).toBeGreaterThan(0);
    expect(new Set(causes)).toEqual(new Set(["shop/DaemonSet/web"]));
  });
});
