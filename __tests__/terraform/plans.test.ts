/**
 * The real terraform command plans the policies stack, and carries each plan out. Then it is known what was there before, and what is there
 * after: what the readers say of a plan is held against that, and what `netpol` says of it against what was meant.
 */
import type { Input, JsonObject } from "../../inputs";
import { readOne } from "../inputs/read-one";
import { synthesize, type Synthesized } from "../stacks/synthesized";
import { terraformMissing } from "../stacks/terraform-cli";
import { Deployment, type Moment } from "./deployment";
import { claims, comparable, meaning, record, recorded, type RecordedPlan, unknownLabelReason } from "./recorded-plans";
import { checkOf, clusterOf, clusterThere, diffOf, misfits } from "./told";

const missing = terraformMissing();

if (missing !== undefined) {
  // eslint-disable-next-line no-console -- a check that did not run must not look like one that passed
  console.warn(`SKIPPED: plans of the policies stack: ${missing}`);
}

/** Where terraform is missing, skipped tests whose names say why. */
const withTerraform = missing === undefined ? test : test.skip;
const titled = (title: string): string => (missing === undefined ? title : `${title} (skipped: ${missing})`);
const deployed = (title: string, check: () => Promise<void>): void => {
  withTerraform(titled(title), check);
};

type Step = 1 | 2 | 3;
type Blocks = Readonly<Record<string, JsonObject>>;

const policyType = "kubernetes_network_policy_v1";
const denyId = "namespaces_backend_default-deny-ingress_3953B642";
const allowId = "namespaces_backend_netpol-allow-nginx-front_C2236E24";
const deny = `${policyType}.${denyId}`;
const allow = `${policyType}.${allowId}`;
const opened = "added internet → backend/nginx: none → all; backend/default-deny-ingress";

describe("plans of the policies stack", () => {
  jest.setTimeout(120_000);
  let deployment: Deployment;
  const stacks = new Map<Step, Synthesized>();
  const moments = new Map<Step | 0, Moment>();

  /** The stack of a step as it was synthesized; a copy, to be changed. */
  const stackOf = (step: Step): JsonObject => JSON.parse(stacks.get(step)?.policies.text ?? "") as JsonObject;
  const momentOf = (step: Step | 0): Moment => moments.get(step) ?? { objects: new Map(), state: undefined };

  if (missing === undefined) {
    beforeAll(async () => {
      for (const step of [1, 2, 3] as const) stacks.set(step, synthesize({ step }));
      deployment = await Deployment.of(stacks.get(2) as Synthesized);
      moments.set(0, deployment.moment);
      for (const step of [2, 3] as const) {
        await deployment.plan(stackOf(step));
        await deployment.apply();
        moments.set(step, deployment.moment);
      }
    });
    afterAll(() => {
      deployment.close();
    });
  }

  /**
   * Plans a configuration on what is deployed, and carries it out. The cluster that the readers see before the plan must be the one that was
   * there, and the one they see after it the one that came to be, but for what they said they do not know.
   */
  async function planned(
    configuration: JsonObject,
    was: Moment["objects"],
    ...args: readonly string[]
  ): Promise<{ text: string; input: Input }> {
    const text = await deployment.plan(configuration, ...args);
    const input = readOne(text, "plan.json");
    expect(clusterOf(input.before)).toEqual(clusterThere(was));
    await deployment.apply();
    expect(misfits(clusterOf(input.after), clusterThere(deployment.cluster.objects))).toEqual([]);
    return { text, input };
  }

  /** The same, on a step that is deployed. */
  function plannedOn(step: Step | 0, configuration: JsonObject, ...args: readonly string[]): ReturnType<typeof planned> {
    deployment.goTo(momentOf(step));
    return planned(configuration, momentOf(step).objects, ...args);
  }

  /** Plans that are kept: what is recorded of them is what terraform writes now, and the same is said of both. */
  async function isRecorded(name: RecordedPlan, text: string): Promise<void> {
    record(name, text);
    expect(meaning(comparable(text))).toEqual(meaning(recorded(name)));
    await claims[name](deployment.folder, "plan.json");
  }

  const effectOf = ({ changes }: Input, address: string): string | undefined => changes.find((each) => each.address === address)?.effect;

  deployed("creating step 2 on nothing gives the cluster that was synthesized", async () => {
    const { text } = await plannedOn(0, stackOf(2));
    await isRecorded("stack-create.json", text);
  });

  deployed("creating the hardened stack gives the cluster that was synthesized", async () => {
    const hardened = synthesize({ profile: "hardened" }).policies.text;
    const { input } = await plannedOn(0, JSON.parse(hardened) as JsonObject);
    expect(clusterOf(input.after)).toEqual(clusterOf(readOne(hardened, "cdk.tf.json").after));
  });

  deployed("going from step 2 to step 3 opens one pair, because of the policy that is added", async () => {
    const { text, input } = await plannedOn(2, stackOf(3));
    expect(input.changes.filter(({ effect }) => effect !== "none").map(({ address, effect }) => `${effect} ${address}`)).toEqual([
      `create ${allow}`,
    ]);
    await isRecorded("stack-allow.json", text);
  });

  deployed("a plan and the stack it is of tell where in TypeScript the policy was written", async () => {
    await plannedOn(2, stackOf(3));
    const { report } = await diffOf(deployment.folder, ".");
    const [policy] = report.connections.flatMap(({ causes }) => causes.policies);
    expect(policy?.location).toMatchObject({
      address: allow,
      constructPath: "policies/namespaces/backend/netpol-allow-nginx-front",
      created: { file: "policies/nginx.ts" },
    });
  });

  deployed("planning step 3 again changes nothing", async () => {
    const { input } = await plannedOn(3, stackOf(3));
    expect([...new Set(input.changes.map(({ effect }) => effect))]).toEqual(["none"]);
    expect((await diffOf(deployment.folder, "plan.json")).lines).toEqual([]);
  });

  deployed("going back to step 1 opens backend to everybody, and is refused for the default deny it takes away", async () => {
    const { input } = await plannedOn(2, stackOf(1));
    expect(input.changes.find(({ address }) => address === deny)).toMatchObject({
      effect: "delete",
      actionReason: "delete_because_no_resource_config",
    });
    expect((await diffOf(deployment.folder, "plan.json")).lines).toEqual([
      `${opened} removed`,
      "added frontend/nginx → backend/nginx: none → all; backend/default-deny-ingress removed",
    ]);
    expect((await checkOf(deployment.folder, "plan.json")).lines).toContain("error NP402 NetworkPolicy default-deny-ingress");
  });

  deployed("a plan with a target says that it is not the whole story", async () => {
    const { input } = await plannedOn(2, stackOf(3), `-target=${allow}`);
    expect(input.changes.map(({ address }) => address)).not.toContain(deny);
    const { lines, report } = await diffOf(deployment.folder, "plan.json");
    expect(lines).toEqual(["added frontend/nginx → backend/nginx: none → all; backend/netpol-allow-nginx-front added"]);
    expect(report.inputs.flatMap(({ incomplete }) => incomplete)).toEqual([
      "the plan covers a part of the configuration, as with `-target`; 6 resources are taken from the state before it",
    ]);
  });

  deployed("a plan that only refreshes shows what somebody changed by hand", async () => {
    deployment.goTo(momentOf(2));
    deployment.cluster.edit(policyType, "backend/default-deny-ingress", (policy) => ({
      ...policy,
      spec: [
        { egress: [], ingress: [], pod_selector: [{ match_labels: { app: "other" }, match_expressions: [] }], policy_types: ["Ingress"] },
      ],
    }));
    const { input } = await planned(stackOf(2), momentOf(2).objects, "-refresh-only");
    expect(input.changes).toEqual([]);
    expect(input.drift.map(({ address, effect }) => `${effect} ${address}`)).toEqual([`update ${deny}`]);
    expect((await diffOf(deployment.folder, "plan.json")).lines).toEqual([
      `${opened} changed`,
      "added frontend/nginx → backend/nginx: none → all; backend/default-deny-ingress changed",
    ]);
  });

  deployed("a policy that moves to another address changes nothing", async () => {
    const stack = stackOf(2);
    const policies = blocksOf(stack);
    const { [denyId]: moved, ...rest } = policies;
    setBlocks(stack, { ...rest, closed: moved as JsonObject });
    const { input } = await plannedOn(2, { ...stack, moved: [{ from: deny, to: `${policyType}.closed` }] });
    expect(input.changes.find(({ address }) => address === `${policyType}.closed`)).toMatchObject({
      previousAddress: deny,
      effect: "none",
    });
    expect((await diffOf(deployment.folder, "plan.json")).lines).toEqual([]);
  });

  deployed("a policy that terraform is told to forget stays", async () => {
    const { input } = await plannedOn(2, { ...stackOf(1), removed: [{ from: deny, lifecycle: { destroy: false } }] });
    expect(effectOf(input, deny)).toBe("forget");
    expect(deployment.cluster.objects.has(`${policyType} backend/default-deny-ingress`)).toBe(true);
    expect((await diffOf(deployment.folder, "plan.json")).lines).toEqual([]);
    expect((await checkOf(deployment.folder, "plan.json")).lines).toEqual(["warning NP403 NetworkPolicy default-deny-ingress"]);
  });

  deployed("a policy that was made by hand is no change when it is imported", async () => {
    deployment.goTo({ ...momentOf(2), objects: momentOf(3).objects });
    const imported = { ...stackOf(3), import: [{ to: allow, id: "backend/netpol-allow-nginx-front" }] };
    const { input } = await planned(imported, momentOf(3).objects);
    expect(effectOf(input, allow)).toBe("none");
    expect((await diffOf(deployment.folder, "plan.json")).lines).toEqual([]);
  });

  deployed("a label that is known only after apply leaves undecided whom the policy isolates, and is named", async () => {
    const stack = stackOf(2);
    editBlock(stack, denyId, ({ spec, ...policy }) => ({
      ...policy,
      spec: { ...(spec as JsonObject), pod_selector: { match_labels: { app: "${terraform_data.label.id}" } } },
    }));
    (stack.resource as Record<string, JsonObject>).terraform_data = { label: { input: "any" } };
    const { text } = await plannedOn(2, stack);
    await isRecorded("stack-unknown-label.json", text);
    expect(unknownLabelReason).toContain(deny);
  });

  const renamed = (extra: JsonObject = {}): JsonObject => {
    const stack = stackOf(2);
    editBlock(stack, denyId, (policy) => ({ ...policy, ...extra, metadata: { name: "closed", namespace: "backend" } }));
    return stack;
  };

  deployed("a policy under another name is deleted first, which is reported with what is open meanwhile", async () => {
    const { input } = await plannedOn(2, renamed());
    expect(effectOf(input, deny)).toBe("replace-delete-first");
    expect((await diffOf(deployment.folder, "plan.json")).lines).toEqual([]);
    const { lines, report } = await checkOf(deployment.folder, "plan.json");
    expect(lines).toEqual(["error NP401 NetworkPolicy default-deny-ingress"]);
    const found = report.findings.find(({ code }) => code === "NP401");
    expect(found?.location.address).toBe(deny);
    expect(found?.witness?.to.name).toBe("backend/nginx");
  });

  deployed("a policy under another name that is created first leaves no gap to report", async () => {
    const { input } = await plannedOn(2, renamed({ lifecycle: { create_before_destroy: true } }));
    expect(effectOf(input, deny)).toBe("replace-create-first");
    expect((await checkOf(deployment.folder, "plan.json")).lines).toEqual([]);
  });

  deployed("destroying the stack takes everything away", async () => {
    const { input } = await plannedOn(3, stackOf(3), "-destroy");
    expect(input.after.objects).toEqual([]);
    expect([...new Set(input.changes.map(({ effect }) => effect))]).toEqual(["delete"]);
    expect((await diffOf(deployment.folder, "plan.json")).report.workloadsRemoved).toEqual(["backend/nginx", "frontend/nginx"]);
  });

  deployed("what the cluster stack's state holds, which plans repeat in clear, is in no report", async () => {
    const { text } = await plannedOn(2, stackOf(3));
    expect(text).toContain(deployment.secret);
    const reports = [(await diffOf(deployment.folder, "plan.json")).report, (await checkOf(deployment.folder, "plan.json")).report];
    for (const report of reports) expect(JSON.stringify(report)).not.toContain(deployment.secret);
  });
});

const blocksOf = (stack: JsonObject): Blocks => (stack.resource as Readonly<Record<string, Blocks>>)[policyType] ?? {};

/** Puts other policies into a stack. Whatever waited for a policy that is gone, waits no more. */
function setBlocks(stack: JsonObject, policies: Blocks): void {
  const resource = stack.resource as Record<string, Record<string, Record<string, unknown>>>;
  resource[policyType] = policies;
  const isThere = (address: unknown): boolean => {
    const [type = "", name = ""] = String(address).split(".");
    return resource[type]?.[name] !== undefined;
  };
  for (const block of Object.values(resource).flatMap((each) => Object.values(each))) {
    if (Array.isArray(block.depends_on)) block.depends_on = block.depends_on.filter(isThere);
  }
}

function editBlock(stack: JsonObject, id: string, edit: (block: JsonObject) => JsonObject): void {
  const policies = blocksOf(stack);
  const { [id]: block } = policies;
  if (block === undefined) throw new Error(`the stack has no policy \`${id}\``);
  setBlocks(stack, { ...policies, [id]: edit(block) });
}
