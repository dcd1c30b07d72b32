/** Plans that Terraform wrote, each with what it says recorded beside it: `<plan>.expected.json`. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { JsonObject, LocatedObject } from "../../inputs";
import { toCluster } from "../../inputs";
import { readOne } from "./read-one";

const folder = join(__dirname, "../fixtures/terraform-plans");
const read = (name: string): string => readFileSync(join(folder, name), "utf8");
const plans = readdirSync(folder).filter((name) => name.startsWith("plan-") && !name.endsWith(".expected.json"));

/** What a plan says, without the file it was read from. */
function told(name: string): JsonObject {
  const { before, after, changes, drift, incomplete } = readOne(read(name), name);
  const objects = (each: readonly LocatedObject[]): JsonObject[] =>
    each.map(({ object, location }) => ({ address: location.address ?? "", object }));
  const shown = (all: typeof changes): JsonObject[] =>
    all.map(({ location: _location, ...change }) => JSON.parse(JSON.stringify(change)) as JsonObject);
  return {
    before: objects(before?.objects ?? []),
    after: objects(after.objects),
    changes: shown(changes),
    drift: shown(drift),
    incomplete,
  };
}

test("every recorded plan is read", () => {
  expect(plans).toHaveLength(8);
});

test.each(plans)("%s says what is recorded beside it", (name) => {
  expect(told(name)).toEqual(JSON.parse(read(name.replace(/\.json$/, ".expected.json"))));
});

/** Three plans are of one state in which a list of one letter, "a", went wherever a list was wanted. */
const letters = [
  "kubernetes_network_policy_v1.d1 spec.ingress[0].from[0].ipBlock.cidr",
  "kubernetes_network_policy_v1.d2 spec.ingress[0].from[0].ipBlock.cidr",
  "kubernetes_network_policy_v1.d2 spec.policyTypes[0]",
];
const madeUp: Readonly<Record<string, readonly string[]>> = {
  "plan-destroy.json": letters,
  "plan-moved-forget-modules.json": letters,
  "plan-refresh-only.json": letters,
};

test.each(plans)("the objects of %s are ones the API server could hold, but for the letters in one state", (name) => {
  const { before, after } = readOne(read(name), name);
  const problems = [...toCluster(before?.objects ?? []).problems, ...toCluster(after.objects).problems];
  const refused = problems
    .filter(({ severity }) => severity === "error")
    .map(({ field, location }) => `${location.address ?? ""} ${field ?? ""}`);
  expect([...new Set(refused)]).toEqual(madeUp[name] ?? []);
});

describe("what a reader must not fall for", () => {
  const updated = readOne(read("plan-cdktf-update-unknown.json"), "plan.json");
  const specOf = (name: string): unknown =>
    updated.after.objects.find(({ object }) => (object.metadata as JsonObject).name === name)?.object.spec;

  it("takes a selector on a label that is not known for that, and not for every pod", () => {
    expect(specOf("nsunk")).toMatchObject({ podSelector: { matchLabels: { x: { unknown: true } } } });
  });

  it("leaves out what is deleted, and shows a replacement under its new name only", () => {
    const names = (side: readonly LocatedObject[]): unknown[] => side.map(({ object }) => (object.metadata as JsonObject).name);
    expect(names(updated.after.objects)).not.toContain("default-deny");
    expect(names(updated.after.objects)).toContain("allow-all-renamed");
    expect(names(updated.after.objects)).not.toContain("allow-all-in");
    expect(names(updated.before?.objects ?? [])).toContain("default-deny");
    expect(names(updated.before?.objects ?? [])).toContain("allow-all-in");
    expect(updated.changes.find(({ address }) => address.includes("allow-all-in"))).toMatchObject({
      effect: "replace-delete-first",
      before: [{ kind: "NetworkPolicy", namespace: "shop", name: "allow-all-in" }],
      after: [{ kind: "NetworkPolicy", namespace: "shop", name: "allow-all-renamed" }],
    });
  });

  it("keeps what Terraform forgets, because it stays in the cluster", () => {
    const { after, changes } = readOne(read("plan-moved-forget-modules.json"), "plan.json");
    const forgotten = changes.filter(({ effect }) => effect === "forget");
    expect(forgotten.map(({ address }) => address)).toEqual(["kubernetes_network_policy_v1.d2"]);
    expect(after.objects.map(({ location }) => location.address)).toContain("kubernetes_network_policy_v1.d2");
  });

  it("says where a resource was before it moved", () => {
    const { changes } = readOne(read("plan-moved-forget-modules.json"), "plan.json");
    expect(
      changes.flatMap(({ address, previousAddress, effect }) =>
        previousAddress === undefined ? [] : [[previousAddress, address, effect]],
      ),
    ).toEqual([
      ['module.np["a"].kubernetes_network_policy_v1.this[0]', 'module.np2["a"].kubernetes_network_policy_v1.this[0]', "none"],
      ['module.np["b/c"].kubernetes_network_policy_v1.this[0]', 'module.np2["b/c"].kubernetes_network_policy_v1.this[0]', "none"],
    ]);
  });

  it("says that a plan with a target is not the whole story", () => {
    expect(readOne(read("plan-target-incomplete.json"), "plan.json").incomplete).toEqual([
      "the plan covers a part of the configuration, as with `-target`",
    ]);
  });

  it("uses the state of a plan that only refreshes, as it has no changes", () => {
    const { before, after, changes, drift } = readOne(read("plan-refresh-only.json"), "plan.json");
    expect(changes).toEqual([]);
    expect(after.objects.map(({ location }) => location.address)).toHaveLength(4);
    expect(before?.objects).toHaveLength(4);
    expect(drift.map(({ effect }) => effect)).toEqual(["none", "none"]);
  });
});
