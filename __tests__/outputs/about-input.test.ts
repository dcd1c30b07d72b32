/** What is said of the inputs: once for what is the same, and in the words of the input it is about. */
import type { Location } from "../../engine/model";
import type { ReportBase, ReportNote } from "../../engine/report";
import { aboutInput } from "../../outputs/about-input";

const input = (kind: string) => ({ name: kind, kind, objects: 1, opaque: [], incomplete: [] });
const at = (line: number): Location => ({ file: "a.yaml", line });
const warning = (message: string, line: number): ReportNote => ({ severity: "warning", message, location: at(line) });
const about = (parts: Partial<ReportBase>): readonly string[] =>
  aboutInput({ inputs: [input("manifests")], notes: [], unknowns: [], ...parts });

const word = (text: string): string => `\`${text}\` is read as text: put it in quotes`;

describe("statements that say the same", () => {
  test("of the same word are one line, with every place up to three", () => {
    expect(about({ notes: [warning(word("yes"), 3), warning(word("yes"), 5)] })).toEqual([
      `warning: ${word("yes")} (a.yaml:3 and a.yaml:5)`,
    ]);
    const many = [3, 4, 5, 6, 7].map((line) => warning(word("yes"), line));
    expect(about({ notes: many })).toEqual([`warning: ${word("yes")} (a.yaml:3, a.yaml:4, a.yaml:5 and 2 more)`]);
  });

  test("of other words follow in the same line", () => {
    const notes = [warning(word("yes"), 3), warning(word("on"), 4), warning(word("off"), 5), warning(word("on"), 6)];
    expect(about({ notes })).toEqual([
      `warning: ${word("yes")} (a.yaml:3); likewise \`on\` (a.yaml:4 and a.yaml:6) and \`off\` (a.yaml:5)`,
    ]);
  });

  test("of very many words are counted", () => {
    const notes = Array.from({ length: 20 }, (_, n) => warning(word(`w${String(n)}`), n + 1));
    expect(about({ notes })).toEqual([expect.stringMatching(/`w8` \(a\.yaml:9\) and 11 more$/)]);
  });

  test("but are a warning and a note, or differ in more than the first name, stay apart", () => {
    const notes = [warning("`a` is odd", 1), { ...warning("`b` is odd", 2), severity: "note" as const }];
    expect(about({ notes })).toHaveLength(2);
    expect(about({ notes: [warning("`a` of `x` is odd", 1), warning("`a` of `y` is odd", 2)] })).toHaveLength(2);
  });
});

describe("what is not known", () => {
  const resource = { because: "a label", location: { address: "kubernetes_pod_v1.web" } };

  test.each(["plan", "cdktf", "terraform-json"])("in a %s is not known before apply", (kind) => {
    expect(about({ inputs: [input(kind)], unknowns: [resource] })).toEqual(["not known before apply: a label (kubernetes_pod_v1.web)"]);
    expect(about({ inputs: [input(kind)], unknowns: [{ because: "more nodes" }] })).toEqual(["not known before apply: more nodes"]);
  });

  test.each(["manifests", "live", "state"])("in %s is not known at all", (kind) => {
    expect(about({ inputs: [input(kind)], unknowns: [resource] })).toEqual(["not known: a label (kubernetes_pod_v1.web)"]);
  });

  test("in a manifest beside a plan is not known at all", () => {
    const unknowns = [{ because: "a label", location: at(3) }, { because: "more nodes" }];
    expect(about({ inputs: [input("plan"), input("manifests")], unknowns })).toEqual([
      "not known: a label (a.yaml:3)",
      "not known: more nodes",
    ]);
  });
});
