import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { stackNames, synthesize } from "./synthesized";

const projectFolder = join(__dirname, "..", "..");

describe.each(stackNames)("the JSON of the %s stack", (name) => {
  const synthesized = synthesize()[name];

  test("is the one that was reviewed", () => {
    // Source lines move with every edit, and mean nothing for what is deployed: attribution.test.ts checks them.
    expect(synthesized.text.replace(/("file": "[^"]+",\s+"line": )\d+/g, '$1"any"')).toMatchSnapshot();
  });

  test("is the same each time", () => {
    expect(synthesize()[name].text).toBe(synthesized.text);
  });

  test("holds no path of this machine", () => {
    expect(synthesized.text).not.toContain(projectFolder);
    expect(synthesized.text).not.toMatch(/"(\/(?!\/"|aws\/eks\/|dev\/)|[A-Z]:\\)/);
  });

  test("keeps its state in a file beside the project, from wherever Terraform runs", () => {
    expect(synthesized.json.terraform.backend).toEqual({ local: { path: `../../../terraform.${name}.tfstate` } });
  });

  test("keeps its state in S3, locked natively, when a bucket is set", () => {
    const { json } = synthesize({ stateBucket: "states", stateRegion: "eu-west-1", stateKeyPrefix: "teams/network" })[name];
    expect(json.terraform.backend).toEqual({
      s3: { bucket: "states", key: `teams/network/${name}.tfstate`, region: "eu-west-1", encrypt: true, use_lockfile: true },
    });
  });

  test("writes provider sources in full, with one exact version", () => {
    for (const [provider, pin] of Object.entries(synthesized.json.terraform.required_providers)) {
      expect(pin.source).toBe(`registry.terraform.io/hashicorp/${provider}`);
      expect(pin.version).toMatch(/^\d+\.\d+\.\d+$/);
    }
  });

  test("holds no jsonencode, whose keys cdktf cannot compute, and nothing undefined", () => {
    expect(synthesized.text).not.toMatch(/jsonencode|= ?undefined|TfToken|\[object/);
  });
});

test.each([
  ["cluster", "network"],
  ["policies", "cluster"],
] as const)("the %s stack reads the state of %s where that stack keeps it", (reader, kept) => {
  const remoteState = (context: Record<string, unknown>) =>
    synthesize(context)[reader].json.data.terraform_remote_state?.[`cross-stack-reference-input-${kept}`];
  expect(remoteState({})).toMatchObject({ backend: "local", config: { path: `../../../terraform.${kept}.tfstate` } });
  expect(remoteState({ stateBucket: "states" })).toMatchObject({
    backend: "s3",
    config: { bucket: "states", key: `netpol/${kept}.tfstate`, region: "us-west-2" },
  });
});

test("no stack writes policy documents with Fn.jsonencode", () => {
  const folder = join(projectFolder, "stacks");
  const sources = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  expect(sources.length).toBeGreaterThan(10);
  const offenders = sources.filter((file) => /Fn\s*\.\s*jsonencode\s*\(/.test(readFileSync(join(folder, file), "utf8")));
  expect(offenders).toEqual([]);
});
