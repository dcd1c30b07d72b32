/**
 * Every known peculiarity of the VPC CNI, L-01 to L-45, is either in a test that asks both evaluators, or the documentation says why no answer
 * depends on it. This holds tests, documentation and evaluator against each other.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { deviations } from "../../../engine";
import { deviationText } from "../../../outputs/vpc-cni-sentences";

const all = Array.from({ length: 45 }, (_, n) => `L-${String(n + 1).padStart(2, "0")}`);

const isId = (text: string): boolean => /^L-\d\d$/.test(text);

/** The tests of this folder, with the numbers their titles begin with. */
const tests = readdirSync(__dirname)
  .filter((file) => file.endsWith(".test.ts"))
  .flatMap((file) =>
    readFileSync(join(__dirname, file), "utf8")
      .split(/^\s*test\(/m)
      .slice(1),
  )
  .map((text) => ({ ids: (/^"((?:L-\d\d(?:, | and )?)+): /.exec(text)?.[1] ?? "").match(/L-\d\d/g) ?? [], text }));

/** Whether a test states what each of the two says: `specification / VPC CNI`. */
const hasBothAnswers = (text: string): boolean => /(allowed|denied|undecided) \/ (allowed|denied|undecided)/.test(text);

const tested = new Set(tests.filter(({ text }) => hasBothAnswers(text)).flatMap(({ ids }) => ids));

const page = readFileSync(join(__dirname, "..", "..", "..", "docs", "vpc-cni.md"), "utf8");

/** The part of the page under a heading of any level. */
function section(heading: string): string {
  const [, after = ""] = page.split(new RegExp(`^#+ ${heading}$`, "m"));
  return after.split(/^#+ /m)[0] ?? "";
}

const idsIn = (text: string): readonly string[] => [...text.matchAll(/\*\*(L-\d\d|[a-z-]+)\*\*/g)].map((match) => match[1] ?? "");

/** Numbers said to change no answer, each with what is said of it: up to the next. */
const unasked = new Map(
  section("What no answer depends on")
    .split(/^- /m)
    .slice(1)
    .flatMap((item) => idsIn(item).map((id) => [id, item.replace(/\s+/g, " ").trim()] as const)),
);
const remarked = new Set(idsIn(section("Remarks beside an answer")));

test.each(all)("%s is in a test that asks both evaluators, or no answer depends on it and the page says why", (id) => {
  expect({ id, tested: tested.has(id), unasked: unasked.has(id) }).toEqual({ id, tested: !unasked.has(id), unasked: unasked.has(id) });
});

test("what no answer depends on is said with a reason", () => {
  expect(unasked.size).toBeGreaterThan(0);
  for (const [id, item] of unasked) {
    expect(isId(id)).toBe(true);
    expect(item).toMatch(/: .{30,}/);
  }
});

test("every deviation of the evaluator is on the page, and in words", () => {
  const described = new Set([...idsIn(page.split(/^## Deviations$/m)[1] ?? "")]);
  expect(deviations.filter((each) => !described.has(each))).toEqual([]);
  for (const each of deviations) expect(deviationText(each)).toMatch(new RegExp(`^${each}: .{10,}`));
});

test("a number is a deviation that changes answers, a remark, a thing both do alike, or nothing that answers depend on", () => {
  const alike = new Set(idsIn(section("What both do alike")));
  const kinds = (id: string): readonly string[] => [
    ...(deviations.some((each) => each === id) ? ["deviation"] : []),
    ...(remarked.has(id) ? ["remark"] : []),
    ...(alike.has(id) ? ["alike"] : []),
    ...(unasked.has(id) ? ["unasked"] : []),
  ];
  for (const id of all) expect({ id, kinds: kinds(id) }).toEqual({ id, kinds: [expect.any(String)] });
});

test("the check above would notice a test that states one answer only", () => {
  expect(hasBothAnswers('expect(answers(town, "a", "b")).toBe("allowed / denied")')).toBe(true);
  expect(hasBothAnswers('expect(cni.verdict(flow).outcome).toBe("denied")')).toBe(false);
});
