import fc from "fast-check";
import { ExactSelectors } from "../../engine/synthesis/exact-selector";
import { isUnknown, type LabelSelector, type Labels, unknown } from "../../engine/model";
import { selects } from "../../engine/selector";
import { anyCluster } from "../arbitraries/cluster";
import { withUnknowns } from "../arbitraries/unknowns";
import { cluster } from "../builders";
import { check } from "../property-runs";

/** What is chosen for the first of some pods of one namespace, and the names of the others it selects. */
function chosen(...pods: readonly Labels[]): { readonly selector: LabelSelector; readonly others: readonly unknown[] } {
  const built = pods.reduce((town, labels, n) => town.pod(`p${String(n)}`, { labels }), cluster().namespace("x")).build();
  const { selector, others } = new ExactSelectors(built).of(built.workloads[0]!, "x");
  return { selector, others: others.map(({ name }) => name) };
}

const later = unknown("known after apply");
const app = "app.kubernetes.io/name";

describe("a selector for one workload", () => {
  test.each<[string, readonly Labels[], LabelSelector]>([
    ["the name label before others", [{ [app]: "a", app: "a", team: "t" }], { matchLabels: { [app]: "a" } }],
    ["one label that tells apart", [{ app: "a", tier: "t" }, { app: "b" }], { matchLabels: { app: "a" } }],
    [
      "two that say what it is, before one that does not",
      [
        { app: "a", tier: "web", owner: "ada" },
        { app: "a", tier: "db", owner: "bob" },
        { app: "b", tier: "web", owner: "bob" },
      ],
      { matchLabels: { app: "a", tier: "web" } },
    ],
    [
      "a version only when nothing else differs",
      [
        { app: "a", version: "1" },
        { app: "a", version: "2" },
      ],
      { matchLabels: { version: "1" } },
    ],
    [
      "a label the other has and this one has not",
      [{ app: "a" }, { app: "a", canary: "yes" }],
      { matchLabels: { app: "a" }, matchExpressions: [{ key: "canary", operator: "DoesNotExist" }] },
    ],
    ["no label at all among labelled ones", [{}, { app: "a" }], { matchExpressions: [{ key: "app", operator: "DoesNotExist" }] }],
    ["nothing to name and nobody else", [{}], {}],
    ["a label although nobody else is there", [{ app: "a" }], { matchLabels: { app: "a" } }],
    ["only labels that are known", [{ app: later, tier: "web" }], { matchLabels: { tier: "web" } }],
    [
      "a key every object seems to have",
      [{ app: "a" }, { app: "a", constructor: "c" }],
      {
        matchLabels: { app: "a" },
        matchExpressions: [{ key: "constructor", operator: "DoesNotExist" }],
      },
    ],
  ])("%s", (_title, pods, selector) => {
    expect(chosen(...pods)).toEqual({ selector, others: [] });
  });

  test("labels of single pods and templates are never used, and what differs in them alone is named", () => {
    const hashed = (hash: string): Labels => ({ app: "a", "pod-template-hash": hash, "controller-revision-hash": hash });
    expect(chosen(hashed("1"), hashed("2"), { app: "b" })).toEqual({ selector: { matchLabels: { app: "a" } }, others: ["p1"] });
  });

  test("another whose labels are not all known may be selected too, and is named", () => {
    const town = cluster()
      .namespace("x")
      .pod("a", { labels: { app: "a" } })
      .pod("b", { labels: {}, unknownLabels: later })
      .build();
    const { others } = new ExactSelectors(town).of(town.workloads[0]!, "x");
    expect(others.map(({ name }) => name)).toEqual(["b"]);
  });

  test("on random clusters it certainly selects the workload, and of the namespace nobody it does not name", () => {
    const property = fc.property(withUnknowns(anyCluster()), (drawn) => {
      const selectors = new ExactSelectors(drawn);
      for (const workload of drawn.workloads) {
        const { namespace } = workload;
        if (isUnknown(namespace)) continue;
        const { selector, others } = selectors.of(workload, namespace);
        expect(selects(selector, workload.labels, workload.unknownLabels)).toBe("yes");
        const near = drawn.workloads.filter((each) => each !== workload && (each.namespace === namespace || isUnknown(each.namespace)));
        const selected = near.filter(({ labels, unknownLabels }) => selects(selector, labels, unknownLabels) !== "no");
        expect(selected.map(({ name }) => name)).toEqual(others.map(({ name }) => name));
      }
    });
    check("exact selectors", 300, property);
  });
});
