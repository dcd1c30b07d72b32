import { readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { folderWith, removeFolders } from "./folders";
import { githubDouble, type GithubDouble } from "./github-double";
import { netpolWith } from "./netpol";
import { closedShop, openShop } from "./shop";

let github: GithubDouble;
let cwd = "";
const noon = "2026-11-23T12:00:00Z";

beforeAll(async () => {
  cwd = folderWith({ "old/all.yaml": closedShop, "new/all.yaml": openShop });
  const only = ["--only", "NP201"];
  await netpolWith({ cwd }, "check", "new", "--before", "old", ...only, "--fail-on-change", "added", "-o", "json=changed.json");
  await netpolWith({ cwd }, "check", "old", "--before", "old", ...only, "-o", "json=same.json");
  for (const file of ["changed.json", "same.json"]) utimesSync(join(cwd, file), new Date(noon), new Date(noon));
});
beforeEach(async () => {
  github = await githubDouble();
});
afterEach(() => github.close());
afterAll(removeFolders);

const environment = (): Record<string, string> => ({ GITHUB_TOKEN: "t0ken", GITHUB_API_URL: github.url, GITHUB_REPOSITORY: "o/r" });
const comment = (...args: readonly string[]) => netpolWith({ cwd, env: environment() }, "comment", "github", "--pr", "12", ...args);
const changed = (...args: readonly string[]) => comment("--path", "changed.json", ...args);
const mark = (validAt: string, tag = "netpol"): string => `<!-- netpol:comment tag=${tag} valid-at=${validAt} -->\n`;
const bot = { login: "github-actions[bot]", type: "Bot" };
const earlier = (id: number, body = mark("2026-11-23T11:00:00Z"), user = bot) => ({ id, node_id: `IC_${String(id)}`, body, user });
const writes = (): readonly string[] =>
  github.requests.filter(({ method }) => method !== "GET").map(({ method, path }) => `${method} ${path}`);

test("the first run creates a comment, the next one updates it", async () => {
  expect((await changed()).stderr).toBe("a comment was created\n");
  expect((await changed()).stderr).toBe("the comment was updated\n");
  expect(writes()).toEqual(["POST /repos/o/r/issues/12/comments", "PATCH /repos/o/r/issues/comments/1000"]);
  expect(github.comments.map(({ body }) => body.split("\n").slice(0, 2))).toEqual([
    [mark(noon).trimEnd(), expect.stringMatching(/^### Network policy check: ❌ failed/)],
  ]);
  expect(github.requests.every(({ authorization }) => authorization === "Bearer t0ken")).toBe(true);
});

test("the comment is found on a later page", async () => {
  for (let id = 1; id <= 230; id += 1) github.comments.push(earlier(id, "hello"));
  github.comments.push(earlier(999));
  await changed();
  expect(
    github.requests.filter(({ method, path }) => method === "GET" && path.includes("comments")).map(({ path }) => path.split("?")[1]),
  ).toEqual(["per_page=100&page=1", "per_page=100&page=2", "per_page=100&page=3"]);
  expect(writes()).toEqual(["PATCH /repos/o/r/issues/comments/999"]);
});

test.each(["update", "new", "hide-and-new", "delete-and-new"])("a comment of a later run is left alone (%s)", async (behavior) => {
  github.comments.push(earlier(7, mark("2026-11-23T12:00:01Z")));
  const { code, stderr } = await changed("--behavior", behavior);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "a later run has commented already; nothing was written\n" });
  expect(writes()).toEqual([]);
});

describe("what becomes of earlier comments", () => {
  test.each([
    ["update", ["PATCH /repos/o/r/issues/comments/8"]],
    ["new", ["POST /repos/o/r/issues/12/comments"]],
    ["hide-and-new", ["POST /graphql", "POST /graphql", "POST /repos/o/r/issues/12/comments"]],
    [
      "delete-and-new",
      ["DELETE /repos/o/r/issues/comments/7", "DELETE /repos/o/r/issues/comments/8", "POST /repos/o/r/issues/12/comments"],
    ],
  ])("%s", async (behavior, expected) => {
    github.comments.push(earlier(7), earlier(8));
    expect((await changed("--behavior", behavior)).code).toBe(0);
    expect(writes()).toEqual(expected);
    expect(github.comments.filter(({ hidden }) => hidden === true).map(({ id }) => id)).toEqual(behavior === "hide-and-new" ? [7, 8] : []);
  });

  test("those of others, of other tags, and those that only quote the mark stay", async () => {
    github.comments.push(
      earlier(1, mark("2026-11-23T11:00:00Z", "other")),
      earlier(2, `> ${mark("2026-11-23T11:00:00Z")}`),
      earlier(3, mark("2099-01-01T00:00:00Z"), { login: "mallory", type: "User" }),
    );
    await changed("--behavior", "delete-and-new");
    expect(writes()).toEqual(["POST /repos/o/r/issues/12/comments"]);
  });
});

test("where nothing changed no comment is created, but one that is there is corrected", async () => {
  expect((await comment("--path", "same.json", "--skip-no-diff")).stderr).toBe("nothing changed, so no comment was created\n");
  expect(writes()).toEqual([]);
  github.comments.push(earlier(7));
  await comment("--path", "same.json", "--skip-no-diff", "--behavior", "new");
  expect(writes()).toEqual(["PATCH /repos/o/r/issues/comments/7"]);
  expect(github.comments[0]?.body).toContain("✅ passed");
});

test("a dry run says where the real one would create nothing, and prints the comment otherwise", async () => {
  const skipped = await comment("--path", "same.json", "--skip-no-diff", "--dry-run");
  expect(skipped).toMatchObject({ code: 0, stderr: "" });
  expect(skipped.stdout).toMatch(/^nothing changed and the gate passed, so no comment would be created; one that is there/);
  expect((await comment("--path", "same.json", "--dry-run")).stdout).toContain("### Network policy check: ✅ passed");
  expect((await changed("--skip-no-diff", "--dry-run")).stdout).toContain("### Network policy check: ❌ failed");
  expect(github.requests).toEqual([]);
});

test("a report of an earlier minor version is read, one of a later version is not", async () => {
  const written = JSON.parse(readFileSync(join(cwd, "same.json"), "utf8")) as object;
  writeFileSync(join(cwd, "earlier.json"), JSON.stringify({ ...written, schemaVersion: "1.0" }));
  writeFileSync(join(cwd, "later.json"), JSON.stringify({ ...written, schemaVersion: "1.999" }));
  expect((await comment("--path", "earlier.json", "--dry-run")).stdout).toContain("### Network policy check: ✅ passed");
  expect(await comment("--path", "later.json", "--dry-run")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("is no report of this version (1.1)") as string,
  });
});

describe("a token that may not write", () => {
  test("is no failure: the report goes to the summary of the job", async () => {
    github.refuse = { status: 403, message: "Resource not accessible by integration" };
    const summary = join(folderWith({ "summary.md": "" }), "summary.md");
    const env = { ...environment(), GITHUB_STEP_SUMMARY: summary };
    const { code, stderr } = await netpolWith({ cwd, env }, "comment", "github", "--pr", "12", "--path", "changed.json");
    expect(code).toBe(0);
    expect(stderr).toContain("warning: the token may not comment (Resource not accessible by integration); the report is in the summary");
    expect(readFileSync(summary, "utf8")).toContain("### Network policy check: ❌ failed");
  });

  test("outside of a job that is said as well", async () => {
    github.refuse = { status: 403, message: "no" };
    expect((await changed()).stderr).toContain("the report was not shown");
  });

  test.each([
    [401, "Bad credentials", "see that GITHUB_TOKEN is right"],
    [404, "Not Found", "see that `--repo` and `--pr` are right"],
    [403, "API rate limit exceeded", "API rate limit exceeded"],
    [500, "oops", "GitHub answered 500"],
  ])("%d %s is a failure", async (status, message, expected) => {
    github.refuse = { status, message };
    const { code, stderr } = await changed();
    expect(code).toBe(2);
    expect(stderr).toContain(expected);
  });
});

test("--dry-run prints the comment and asks nobody", async () => {
  const { code, stdout } = await netpolWith({ cwd }, "comment", "github", "--path", "changed.json", "--dry-run", "--tag", "shop");
  expect(code).toBe(0);
  expect(stdout).toMatch(/^<!-- netpol:comment tag=shop valid-at=2026-11-23T12:00:00Z -->\n### Network policy check/);
  expect(github.requests).toEqual([]);
});

describe("what cannot be commented is one error", () => {
  test.each([
    [["--path", "none.json"], "`none.json` is not there"],
    [["--path", "new/all.yaml"], "`new/all.yaml` is not JSON"],
    [["--path", "list.json"], "`list.json` is a report of `netpol list`"],
    [["--path", "other.json"], "`other.json` is no report of this version"],
    [["--path", "changed.json", "--repo", "r"], "`--repo r` is no repository"],
    [["--path", "changed.json", "--tag", "a b"], "`--tag a b` is no name"],
  ])("%j", async (args, message) => {
    await netpolWith({ cwd }, "list", "new", "-o", "json=list.json");
    const other = JSON.parse(readFileSync(join(cwd, "changed.json"), "utf8")) as object;
    const folder = folderWith({ "other.json": { ...other, schemaVersion: "9.0" } });
    const { code, stdout, stderr } = await comment(...args.map((each) => (each === "other.json" ? join(folder, each) : each)));
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr.replace(`${folder}/`, "")).toContain(message);
    expect(writes()).toEqual([]);
  });

  test("no token, no pull request, nobody there", async () => {
    const run = async (env: Record<string, string>, ...args: readonly string[]): Promise<string> =>
      (await netpolWith({ cwd, env }, "comment", "github", "--path", "changed.json", ...args)).stderr;
    expect(await run({ GITHUB_REPOSITORY: "o/r" }, "--pr", "1")).toContain("GITHUB_TOKEN is not set");
    expect(await run(environment())).toContain("no pull request is named");
    expect(await run({ ...environment(), GITHUB_REF: "refs/pull/31/merge" })).toBe("a comment was created\n");
    expect(writes()).toEqual(["POST /repos/o/r/issues/31/comments"]);
    expect(await run({ ...environment(), GITHUB_API_URL: "http://127.0.0.1:9" }, "--pr", "1")).toContain("GitHub cannot be reached at");
  });
});

test("a report of thousands of changes stays below 60,000 characters", async () => {
  const report = JSON.parse(readFileSync(join(cwd, "changed.json"), "utf8")) as { diff: object[]; findings: object[] };
  const many = {
    ...report,
    diff: Array.from({ length: 500 }, () => report.diff[0]),
    findings: Array.from({ length: 500 }, () => report.findings[0]),
  };
  const folder = folderWith({ "many.json": many });
  await comment("--path", join(folder, "many.json"));
  const [{ body } = { body: "" }] = github.comments;
  expect(body.length).toBeLessThan(60_000);
  expect(body).toMatch(/… and \d+ more/);
}, 60_000);

test("a report that says when it was made is dated by that, and not by its file", async () => {
  const report = JSON.parse(readFileSync(join(cwd, "changed.json"), "utf8")) as object;
  writeFileSync(join(cwd, "dated.json"), JSON.stringify({ ...report, time: "2026-11-20T08:00:00Z" }));
  const { stdout } = await netpolWith({ cwd }, "comment", "github", "--path", "dated.json", "--dry-run");
  expect(stdout).toContain("valid-at=2026-11-20T08:00:00Z");
});
