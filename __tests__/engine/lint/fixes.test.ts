import fc from "fast-check";
import { comparePolicies } from "../../../engine/compare/compare";
import { diff } from "../../../engine/diff/diff";
import { lint } from "../../../engine/lint";
import type { Evaluation } from "../../../engine";
import type { LocatedObject } from "../../../inputs/objects";
import { check } from "../../property-runs";
import { applied } from "./applied-edits";
import { evaluated } from "./lint-yaml";
import { input, located, pods } from "./random-input";

/** What the input means before and after every fix of these rules was made. */
function fixed(objects: readonly LocatedObject[], codes: readonly string[]) {
  const before = evaluated(objects);
  const { results } = lint({ evaluation: before, changes: [], objects }, { only: codes });
  const fixes = results.flatMap(({ fix }) => (fix === undefined ? [] : [fix]));
  const edited = applied(
    objects,
    fixes.flatMap(({ edits }) => edits),
  );
  return { before, after: evaluated(edited), edited, fixes, results };
}

const isSame = (before: Evaluation, after: Evaluation): boolean =>
  comparePolicies(before.cluster, before.cluster, after.cluster).relation === "equivalent";

/** Rules whose fixes write what is meant already. */
const harmless = ["NP103", "NP107", "NP108", "NP110"];

test.each(harmless)("all fixes of %s together change nothing that is allowed, and leave it nothing to fix", (code) => {
  let made = 0;
  check(
    `fixes of ${code}`,
    60,
    fc.property(input, (objects) => {
      const { before, after, edited, fixes } = fixed(objects, [code]);
      made += fixes.length;
      expect(after.cluster.policies).toHaveLength(before.cluster.policies.length);
      expect(isSame(before, after)).toBe(true);
      if (code !== "NP110") expect(fixed(edited, [code]).fixes).toEqual([]);
    }),
  );
  expect(made).toBeGreaterThan(10);
});

test("the fix for instance metadata closes that address, and nothing else", () => {
  let made = 0;
  check(
    "fixes of NP204",
    200,
    fc.property(input, (objects) => {
      const { before, after, fixes } = fixed(objects, ["NP204"]);
      made += fixes.length;
      for (const { from, to, opened, closed } of diff(before, after).connections) {
        expect([from.kind, to.kind, opened.isEmpty, closed.isEmpty]).toEqual(["workload", "addresses", true, false]);
        expect(to.kind === "addresses" && to.addresses.toString()).toBe("169.254.169.254");
      }
    }),
  );
  expect(made).toBeGreaterThan(5);
});

test("an exception outside its block is removed, and the policy is accepted with the same block", () => {
  const office = (except: readonly string[]) => [
    ...pods,
    located(
      {
        apiVersion: "networking.k8s.io/v1",
        kind: "NetworkPolicy",
        metadata: { namespace: "shop", name: "office" },
        spec: { podSelector: {}, policyTypes: ["Ingress"], ingress: [{ from: [{ ipBlock: { cidr: "10.0.0.0/8", except } }] }] },
      },
      10,
    ),
  ];
  const { before, after } = fixed(office(["192.168.0.0/16", "10.1.0.0/16", "172.16.0.0/12"]), ["NP109"]);
  expect(before.cluster.policies).toEqual([]);
  expect(after.cluster.policies).toMatchObject([{ ingress: [{ peers: [{ cidr: "10.0.0.0/8", except: ["10.1.0.0/16"] }] }] }]);
});
