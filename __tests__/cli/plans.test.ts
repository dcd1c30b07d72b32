/**
 * What `netpol` says of every recorded plan, in every format, byte for byte: one folder for each plan under `golden/`. `UPDATE_GOLDEN=1` writes
 * them, for a person to review against the plan; CI only compares.
 */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Format, formatsOf } from "../../outputs";
import { netpolWith } from "./netpol";

const golden = join(__dirname, "golden");
const recorded = join(__dirname, "..", "fixtures", "terraform-plans");
const isWriting = process.env.UPDATE_GOLDEN === "1" && !process.env.CI;

/** How the file of a format ends. */
const endings: Readonly<Record<Format, string>> = {
  text: "txt",
  table: "table.txt",
  json: "json",
  sarif: "sarif.json",
  junit: "junit.xml",
  github: "annotations.txt",
  markdown: "md",
  csv: "csv",
  dot: "dot",
};

/** A check as JSON, SARIF and JUnit lists every rule there is, which says nothing of a plan; its tables are those of a diff. */
const formats: Readonly<Record<"diff" | "check", readonly Format[]>> = {
  diff: formatsOf("diff"),
  check: formatsOf("check").filter((format) => !["json", "sarif", "junit", "table"].includes(format)),
};

interface Story {
  readonly plan: string;
  /** Manifests that are read with it. */
  readonly beside: readonly string[];
  /** Whether the state behind the plan holds what no API server does: a list of one letter, "a", wherever a list was wanted. */
  readonly isMended?: true;
}

const stories: readonly Story[] = [
  { plan: "plan-aws-real-sdkv2", beside: ["cluster.yaml"] },
  { plan: "plan-cdktf-create", beside: ["cluster.yaml"] },
  { plan: "plan-cdktf-update-unknown", beside: ["cluster.yaml", "shop.yaml"] },
  { plan: "plan-destroy", beside: ["cluster.yaml"], isMended: true },
  { plan: "plan-moved-forget-modules", beside: ["cluster.yaml"], isMended: true },
  { plan: "plan-refresh-only", beside: ["cluster.yaml"], isMended: true },
  { plan: "plan-target-incomplete", beside: ["cluster.yaml"] },
  { plan: "plan-unknown-sets-manifest", beside: ["cluster.yaml"] },
  { plan: "stack-allow", beside: [] },
  { plan: "stack-create", beside: [] },
  { plan: "stack-unknown-label", beside: [] },
];

const planText = (plan: string): string => readFileSync(join(recorded, `${plan}.json`), "utf8");
const mended = (text: string): string =>
  text.replaceAll('"cidr":"a"', '"cidr":"10.0.0.0/8"').replaceAll('"policy_types":["a"]', '"policy_types":["Ingress"]');

/** The runs of a story: the plan as it was recorded, then with the cluster; what changes, and which risks of the change itself there are. */
async function played({ plan, beside, isMended }: Story, folder: string): Promise<Readonly<Record<string, string>>> {
  writeFileSync(join(folder, "netpol.config.yaml"), "version: 1\n");
  writeFileSync(join(folder, "plan.json"), planText(plan));
  for (const file of beside) copyFileSync(join(golden, file), join(folder, file));
  const runs = [await run(folder, ["diff", "plan.json"])];
  if (isMended === true) writeFileSync(join(folder, "plan.json"), mended(planText(plan)));
  const before = new Set(readdirSync(folder));
  for (const kind of ["diff", "check"] as const) {
    const outputs = formats[kind].map((format) => `--output=${format}=${kind}.${endings[format]}`);
    const gate = kind === "diff" ? ["--fail-on-change", "exposure"] : ["--only", "NP4*", "--unknown", "strict"];
    runs.push(await run(folder, [kind, "plan.json", ...beside, ...gate], outputs));
  }
  const written = readdirSync(folder).filter((file) => !before.has(file));
  const texts = written.map((file) => [file, readFileSync(join(folder, file), "utf8")] as const);
  return { "runs.txt": runs.join("\n"), ...Object.fromEntries(texts) };
}

/** A run as a terminal shows it, without the files that are written beside. */
async function run(folder: string, args: readonly string[], outputs: readonly string[] = []): Promise<string> {
  const { code, stdout, stderr } = await netpolWith({ cwd: folder }, ...args, ...outputs);
  return `$ netpol ${args.join(" ")}\n${stdout}${stderr}exit code ${String(code)}\n`;
}

const goldenFiles = (folder: string): Readonly<Record<string, string>> =>
  Object.fromEntries(existsSync(folder) ? readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), "utf8")]) : []);

function keep(folder: string, texts: Readonly<Record<string, string>>): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [file, text] of Object.entries(texts)) writeFileSync(join(folder, file), text);
}

describe.each(stories)("$plan", (story) => {
  let shown: Readonly<Record<string, string>> = {};
  let folder = "";

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "netpol-plans-"));
    shown = await played(story, folder);
    if (isWriting) keep(join(golden, story.plan), shown);
  }, 300_000);

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  test("is shown in each format as it was reviewed", () => {
    const reviewed = goldenFiles(join(golden, story.plan));
    // A missing file is a failure like any other: look at what is shown, then write it with UPDATE_GOLDEN=1.
    expect(Object.keys(reviewed).sort()).toEqual(Object.keys(shown).sort());
    for (const [file, text] of Object.entries(shown)) expect({ file, text }).toEqual({ file, text: reviewed[file] });
    expect(Object.keys(shown)).toHaveLength(1 + formats.diff.length + formats.check.length);
  });

  test("gives away no machine path, and nothing that the plan marks as sensitive outside of policies", () => {
    const hidden = [folder, ...secretsOf(story.plan)];
    for (const [file, text] of Object.entries(shown)) {
      expect({ file, holds: hidden.filter((each) => text.includes(each)) }).toEqual({ file, holds: [] });
    }
  });
});

interface Plan {
  readonly resource_changes?: readonly {
    readonly type: string;
    readonly change: Readonly<Partial<Record<"before" | "after" | "before_sensitive" | "after_sensitive", unknown>>>;
  }[];
}

/** Texts that a plan marks as sensitive, but those of policies, which are what a report is about, and words that occur by chance. */
function secretsOf(plan: string): readonly string[] {
  const { resource_changes: changes = [] } = JSON.parse(planText(plan)) as Plan;
  return changes
    .filter(({ type }) => !type.startsWith("kubernetes_network_policy"))
    .flatMap(({ change }) => [...marked(change.before, change.before_sensitive), ...marked(change.after, change.after_sensitive)])
    .filter((text) => text.length >= 8);
}

function marked(value: unknown, mark: unknown): readonly string[] {
  if (mark === true) return textsIn(value);
  if (typeof mark !== "object" || mark === null || typeof value !== "object" || value === null) return [];
  return Object.entries(mark).flatMap(([key, inner]) => marked((value as Readonly<Record<string, unknown>>)[key], inner));
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

test("some plan marks such a text, or nothing would be looked for", () => {
  expect(stories.flatMap(({ plan }) => secretsOf(plan))).toContain("10.9.0.0/16");
});

test("every recorded plan has a story, and every folder a plan", () => {
  const plans = readdirSync(recorded).flatMap((file) => /^(.*?)(?<!\.expected)\.json$/.exec(file)?.[1] ?? []);
  expect(plans.length).toBeGreaterThanOrEqual(8);
  expect(stories.map(({ plan }) => plan)).toEqual(plans.sort());
  const folders = readdirSync(golden, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(folders.map(({ name }) => name).sort()).toEqual(plans);
});
