/** Plans of the policies stack that Terraform wrote, kept for machines without it, and what must be said about each. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { JsonObject } from "../../inputs";
import { readOne } from "../inputs/read-one";
import { netpolWith } from "../cli/netpol";
import { synthesize } from "../stacks/synthesized";
import { clusterOf, diffOf } from "./told";

export const recordedFolder = join(__dirname, "..", "fixtures", "terraform-plans");

/** File name → what it holds. */
export const recordedPlans = {
  "stack-create.json": "step 2, on nothing",
  "stack-allow.json": "step 3, on step 2",
  "stack-unknown-label.json": "a policy on a label that is known only after apply, on step 2",
} as const;

export type RecordedPlan = keyof typeof recordedPlans;

/** A plan without what differs from run to run. */
export function comparable(text: string): JsonObject {
  const { timestamp: _timestamp, terraform_version: _version, ...plan } = JSON.parse(text) as JsonObject;
  return { ...plan, terraform_version: "1.11.4" };
}

/** The parts of a plan that mean something, and that no version of Terraform writes in another way. */
export const meaning = ({ resource_changes, configuration }: JsonObject): JsonObject => ({
  resource_changes: resource_changes ?? null,
  configuration: configuration ?? null,
});

export const recorded = (name: RecordedPlan): JsonObject => JSON.parse(readFileSync(join(recordedFolder, name), "utf8")) as JsonObject;

/** Records a plan where `RECORD_PLANS` is set; after a change of the stack, for instance. */
export function record(name: RecordedPlan, text: string): void {
  if (process.env.RECORD_PLANS === undefined) return;
  writeFileSync(join(recordedFolder, name), `${JSON.stringify(comparable(text))}\n`);
}

/** The policy that a test makes depend on a label which is not known. */
export const unknownLabelReason =
  "`spec[0].pod_selector[0].match_labels.app` of `kubernetes_network_policy_v1.namespaces_backend_default-deny-ingress_3953B642` " +
  "is known only after apply, when `terraform_data.label.id` is";

/** What must be said about each plan, wherever it comes from. */
export const claims: Readonly<Record<RecordedPlan, (folder: string, file: string) => Promise<void>>> = {
  "stack-create.json": async (folder, file) => {
    const input = readOne(readFileSync(join(folder, file), "utf8"), file);
    const written = clusterOf(readOne(synthesize({ step: 2 }).policies.text, "cdk.tf.json").after);
    expect(clusterOf(input.after)).toEqual(written);
    expect(input.before?.objects).toEqual([]);
    expect(input.changes.map(({ effect }) => effect)).toEqual(Array.from({ length: 7 }, () => "create"));
    const { report } = await diffOf(folder, file);
    expect(report.workloadsAdded).toEqual(["backend/nginx", "frontend/nginx"]);
  },
  "stack-allow.json": async (folder, file) => {
    const { lines, report } = await diffOf(folder, file);
    expect(lines).toEqual(["added frontend/nginx → backend/nginx: none → all; backend/netpol-allow-nginx-front added"]);
    expect(report.unchangedPairs).toBe(3);
    const [{ example } = {}] = report.connections;
    expect(example?.before?.ingress.isolatedBy.map(({ name }) => name)).toEqual(["default-deny-ingress"]);
    const [rule, ...others] = example?.after?.ingress.allowedBy ?? [];
    expect(others).toEqual([]);
    expect(rule).toMatchObject({ policy: { name: "netpol-allow-nginx-front" }, direction: "ingress", rule: 0, peer: 0 });
  },
  "stack-unknown-label.json": async (folder, file) => {
    const { lines, report } = await diffOf(folder, file);
    expect(report.unknowns.map(({ because }) => because)).toEqual([unknownLabelReason]);
    // Closed for certain before; afterwards that depends on the label, so that it may all be open.
    expect(lines).toEqual([
      "added internet → backend/nginx: none → none..all; backend/default-deny-ingress changed",
      "added frontend/nginx → backend/nginx: none → none..all; backend/default-deny-ingress changed",
    ]);
    expect(report.connections.map(({ example }) => example?.after?.outcome)).toEqual(["undecided", "undecided"]);
    const undecided = await netpolWith({ cwd: folder }, "diff", file, "--unknown", "strict", "--fail-on-change", "none");
    expect({ code: undecided.code, names: undecided.stdout.replace(/\s+/g, " ").includes(unknownLabelReason) }).toEqual({
      code: 3,
      names: true,
    });
  },
};
