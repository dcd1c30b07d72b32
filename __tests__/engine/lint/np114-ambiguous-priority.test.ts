import { cluster, clusterRule, podsIn, tcp } from "../../builders";
import { evaluate } from "../../../engine/evaluation";
import { np114AmbiguousPriority } from "../../../engine/lint/rules/np114-ambiguous-priority";
import type { ClusterRule } from "../../../engine/model";
import { verdict } from "../../../engine/verdict";

const ground = cluster().namespace("shop").pod("web").pod("client");
const found = (one: ClusterRule, other: ClusterRule, priority = 5) => {
  const evaluation = evaluate(
    ground
      .clusterPolicy("one", { priority: 5, ingress: [one] })
      .clusterPolicy("other", { priority, ingress: [other] })
      .build(),
  );
  return { evaluation, findings: np114AmbiguousPriority.check({ evaluation, changes: [], objects: [] }) };
};
const everyone = [podsIn()];

test("policies of one rank that decide differently are reported, with a flow the engine cannot decide", () => {
  const { evaluation, findings } = found(clusterRule("Accept", everyone), clusterRule("Deny", everyone));
  expect(findings).toMatchObject([{ subject: { name: "one" }, key: "other" }]);
  expect(verdict(evaluation, findings[0]!.witness!.flow).outcome).toBe("undecided");
});

test("other priorities, the same action, or other ports are no conflict", () => {
  expect(found(clusterRule("Accept", everyone), clusterRule("Deny", everyone), 6).findings).toEqual([]);
  expect(found(clusterRule("Accept", everyone), clusterRule("Accept", everyone)).findings).toEqual([]);
  expect(found(clusterRule("Accept", everyone, [tcp(80)]), clusterRule("Deny", everyone, [tcp(81)])).findings).toEqual([]);
});
