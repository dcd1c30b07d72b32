/** Lines of context around a change. */
const context = 3;

/** The difference of two texts as `diff -u` writes it: one hunk from the first line that differs to the last. Nothing where they are equal. */
export function unifiedDiff(file: string, before: string, after: string): string {
  if (before === after) return "";
  const [old, young] = [before.split("\n"), after.split("\n")];
  const hunks = hunksOf(old, young);
  return [`--- ${file}`, `+++ ${file}`, ...hunks, ""].join("\n");
}

/** One line of a comparison. */
interface Step {
  readonly mark: " " | "-" | "+";
  readonly text: string;
}

function hunksOf(old: readonly string[], young: readonly string[]): readonly string[] {
  const steps = stepsOf(old, young);
  const changed = steps.flatMap(({ mark }, n) => (mark === " " ? [] : [n]));
  const groups: { from: number; to: number }[] = [];
  for (const n of changed) {
    const last = groups.at(-1);
    if (last !== undefined && n - last.to <= 2 * context) last.to = n;
    else groups.push({ from: n, to: n });
  }
  return groups.flatMap(({ from, to }) => {
    const [start, end] = [Math.max(0, from - context), Math.min(steps.length, to + context + 1)];
    const part = steps.slice(start, end);
    const count = (marks: string, list: readonly Step[]): number => list.filter(({ mark }) => marks.includes(mark)).length;
    const head = steps.slice(0, start);
    const range = (marks: string): string => `${String(count(marks, head) + 1)},${String(count(marks, part))}`;
    return [`@@ -${range(" -")} +${range(" +")} @@`, ...part.map(({ mark, text }) => `${mark}${text}`)];
  });
}

/** Equal ends are taken off first; what is left is short for the edits that are shown here. */
function stepsOf(old: readonly string[], young: readonly string[]): readonly Step[] {
  let head = 0;
  while (head < old.length && head < young.length && old[head] === young[head]) head += 1;
  let tail = 0;
  while (tail < old.length - head && tail < young.length - head && old.at(-1 - tail) === young.at(-1 - tail)) tail += 1;
  const same = (text: string): Step => ({ mark: " ", text });
  return [
    ...old.slice(0, head).map(same),
    ...between(old.slice(head, old.length - tail), young.slice(head, young.length - tail)),
    ...old.slice(old.length - tail).map(same),
  ];
}

/** By the longest common subsequence; beyond a million comparisons everything is taken for changed. */
function between(old: readonly string[], young: readonly string[]): readonly Step[] {
  const lengths = old.length * young.length > 10 ** 6 ? [] : commonLengths(old, young);
  const at = (i: number, j: number): number => lengths[i]?.[j] ?? 0;
  const steps: Step[] = [];
  let [i, j] = [0, 0];
  while (i < old.length && j < young.length) {
    const [mine, theirs] = [old[i] as string, young[j] as string];
    const mark = mine === theirs ? " " : at(i + 1, j) >= at(i, j + 1) ? "-" : "+";
    steps.push({ mark, text: mark === "+" ? theirs : mine });
    if (mark !== "+") i += 1;
    if (mark !== "-") j += 1;
  }
  const rest = (mark: Step["mark"], texts: readonly string[]): readonly Step[] => texts.map((text) => ({ mark, text }));
  return [...steps, ...rest("-", old.slice(i)), ...rest("+", young.slice(j))];
}

/** For each pair of positions, how many lines the texts from there on have in common, in order. */
function commonLengths(old: readonly string[], young: readonly string[]): readonly (readonly number[])[] {
  const lengths = Array.from({ length: old.length + 1 }, () => new Array<number>(young.length + 1).fill(0));
  const at = (i: number, j: number): number => lengths[i]?.[j] ?? 0;
  for (let i = old.length - 1; i >= 0; i -= 1) {
    const row = lengths[i] as number[];
    for (let j = young.length - 1; j >= 0; j -= 1)
      row[j] = old[i] === young[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  }
  return lengths;
}
