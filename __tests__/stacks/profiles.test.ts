import { loadSettings, SettingsError } from "../../stacks";
import { hardenedValues } from "../../stacks/profile";
import { waiversOf } from "../../stacks/waivers";
import { scannerRules, type Json, type ScannerRule } from "./scanner-rules";
import { stackNames, synthesize, testDay, type StackName, type Synthesized } from "./synthesized";
import { variants } from "./variants";

const jsonOf = (synthesized: Synthesized, name: StackName): Json => JSON.parse(synthesized[name].text) as Json;

const named = ({ scanner, id }: Pick<ScannerRule, "scanner" | "id">): string => `${scanner} ${id}`;

/** What scanners would find in a stack. */
const findings = (synthesized: Synthesized, name: StackName): string[] =>
  scannerRules
    .filter(({ holds }) => !holds(jsonOf(synthesized, name)))
    .map(named)
    .sort();

interface Commented {
  readonly "//": { readonly netpol?: { readonly waivers?: readonly { id: string; scanner: ScannerRule["scanner"]; reason: string }[] } };
}

/** What the stack's own JSON says of it. */
const waivers = (synthesized: Synthesized, name: StackName) =>
  (JSON.parse(synthesized[name].text) as Commented)["//"].netpol?.waivers ?? [];

test("every rule has an id of its own", () => {
  const ids = scannerRules.map(named);
  expect(ids.length).toBeGreaterThan(80);
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
});

describe("the hardened profile", () => {
  const hardened = synthesize({ profile: "hardened" });

  test.each(scannerRules.map((rule) => [named(rule), rule.demands, rule] as const))("meets %s: %s", (_id, _demands, { holds }) => {
    expect(stackNames.filter((name) => !holds(jsonOf(hardened, name)))).toEqual([]);
  });

  // IPv4 without event logs has policies of our own in both stacks, so that every rule has something to be broken in.
  test.each(scannerRules.map((rule) => [named(rule), rule] as const))("would not meet %s after the mistake it is about", (_id, rule) => {
    const json = jsonOf(hardened, rule.stack);
    expect(rule.holds(json)).toBe(true);
    rule.weaken(json);
    expect(rule.holds(json)).toBe(false);
  });

  test("needs no waiver, and has none", () => {
    for (const name of stackNames) expect(waivers(hardened, name)).toEqual([]);
  });

  test.each(Object.entries(variants).filter(([, context]) => "profile" in context))(
    "has no finding with the options of %s either",
    (_title, context) => {
      const synthesized = synthesize(context);
      for (const name of stackNames) expect(findings(synthesized, name)).toEqual([]);
    },
  );

  const relaxed: readonly (readonly [Record<string, unknown>, string])[] = [
    [{ natMode: "single" }, "setting `natMode` is `single`: allowed is per-az when `profile` is hardened"],
    [
      { endpointPublicAccess: true, publicAccessCidrs: ["203.0.113.7/32"] },
      "setting `endpointPublicAccess` is `true`: allowed is false when `profile` is hardened",
    ],
    [{ customerKeys: false }, "setting `customerKeys` is `false`: allowed is true when `profile` is hardened"],
    [{ flowLogs: false }, "setting `flowLogs` is `false`: allowed is true when `profile` is hardened"],
    [{ deletionProtection: false }, "setting `deletionProtection` is `false`: allowed is true when `profile` is hardened"],
    [{ restrictedPods: false }, "setting `restrictedPods` is `false`: allowed is true when `profile` is hardened"],
    [{ logRetentionDays: 30 }, "setting `logRetentionDays` is `30`: allowed is 365 or more when `profile` is hardened"],
    [
      { kubernetesVersion: "1.27" },
      "setting `kubernetesVersion` is `1.27`: allowed is a version that EKS still supports, such as 1.35, when `profile` is hardened",
    ],
    [{ image: "nginx:1.27" }, "setting `image` is `nginx:1.27`: allowed is an image with a digest when `profile` is hardened"],
    [{ step: 2 }, "setting `step` is `2`: allowed is 3 when `profile` is hardened: before it, a namespace has no policy"],
  ];

  test.each(relaxed)("refuses %j", (context, message) => {
    expect(() => loadSettings({ context: { profile: "hardened", ...context }, today: testDay })).toThrow(new SettingsError(message));
  });

  test("lets none of its values be relaxed", () => {
    const tried = relaxed.flatMap(([context]) => Object.keys(context));
    expect(tried).toEqual(expect.arrayContaining(Object.keys(hardenedValues)));
  });
});

const relaxations = {
  dev: {},
  "dev, a version checkov knows": { kubernetesVersion: "1.35" },
  "dev, a version checkov does not know yet": { kubernetesVersion: "1.36" },
  "dev, short logs": { logRetentionDays: 30 },
  "dev, short flow logs": { logRetentionDays: 7, flowLogs: true },
  "dev, flow logs with a key": { flowLogs: true, customerKeys: true },
  "dev, public endpoint": { endpointPublicAccess: true, publicAccessCidrs: ["203.0.113.7/32"] },
  "dev, public endpoint only": { endpointPublicAccess: true, endpointPrivateAccess: false, publicAccessCidrs: ["203.0.113.7/32"] },
  "dev, endpoint for the world": { endpointPublicAccess: true, publicAccessCidrs: ["0.0.0.0/0"] },
  "dev, an image by digest": { image: `nginx@sha256:${"0".repeat(64)}` },
  "dev, restricted pods": { restrictedPods: true },
  "dev, step 1": { step: 1 },
  "dev, step 2": { step: 2 },
  "hardened, a version checkov does not know yet": { profile: "hardened", kubernetesVersion: "1.36" },
  ...variants,
};

describe.each(Object.entries(relaxations))("with the settings of %s", (_title, context) => {
  const synthesized = synthesize(context);

  test.each(stackNames)("the waivers in the JSON of %s are exactly what scanners would find in it", (name) => {
    expect(waivers(synthesized, name).map(named).sort()).toEqual(findings(synthesized, name));
  });
});

test("the dev profile relaxes these rules and no others", () => {
  const dev = synthesize();
  expect(stackNames.map((name) => [name, findings(dev, name)])).toEqual([
    ["network", ["checkov CKV2_AWS_11", "trivy AWS-0178"]],
    [
      "cluster",
      ["CIS EKS 1.7 5.3.1", "checkov CKV_AWS_158", "checkov CKV_AWS_339", "checkov CKV_AWS_58", "trivy AWS-0017", "trivy AWS-0039"],
    ],
    ["policies", ["CIS EKS 1.7 4.3.2", "checkov CKV_K8S_15", "checkov CKV_K8S_22", "checkov CKV_K8S_43"]],
  ]);
});

test("every waiver names a setting, and says why", () => {
  const settings = loadSettings({ context: relaxations["dev, endpoint for the world"], today: testDay });
  for (const waiver of stackNames.flatMap((name) => waiversOf(name, settings))) {
    expect(Object.keys(waiver).sort()).toEqual(["id", "reason", "scanner", "setting"]);
    expect(waiver.reason.length).toBeGreaterThan(20);
  }
});
