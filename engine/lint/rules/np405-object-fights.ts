import type { PlannedChange } from "../../model";
import { grouped } from "../../grouped";
import type { LintRule, RuleFinding } from "../rule";
import { listed, objectName, quoted } from "../words";

export const np405ObjectFights: LintRule = {
  code: "NP405",
  name: "object-fights",
  title: "Two resources of a plan write one object, so each apply undoes what the other did",
  severity: "error",
  category: "change",
  needs: ["plan"],
  check({ changes }) {
    const writing = changes.filter(
      ({ effect, after }) => after !== undefined && effect !== "forget" && effect !== "delete" && effect !== "read",
    );
    const byObject = grouped(writing, ({ after }) => JSON.stringify([after?.kind, after?.namespace ?? "", after?.name]));
    return [...byObject.values()].flatMap((all) => (new Set(all.map(({ address }) => address)).size > 1 ? [finding(all)] : []));
  },
};

function finding(all: readonly PlannedChange[]): RuleFinding {
  const [first, second] = all as readonly [PlannedChange, PlannedChange];
  const subject = second.after ?? { kind: first.type, name: first.address };
  return {
    subject,
    message: `${subject.kind} ${objectName(subject)} is written by ${listed(all.map(({ address }) => quoted(address)))}: which of them the cluster gets changes with every apply`,
    advice: "keep one of the resources, and take the other out of the configuration",
    location: second.location,
    because: [],
    key: "fight",
  };
}
