/** Text that patterns ask for: `*` stands for any text, every other character for itself. */

/** Where in a pattern a reader of text can be. */
type Places = readonly number[];

/** More states than this are not looked at: patterns of names are short. */
const stateLimit = 10_000;

/** Whether a text is what a pattern says. */
export const matchesPattern = (pattern: string, text: string): boolean =>
  isAtEnd(
    pattern,
    [...text].reduce<Places>((places, letter) => read(pattern, places, letter), begin(pattern)),
  );

/** A shortest text that every one of `like` and none of `unlike` stands for; `undefined` where there is none. */
export function textLike(like: readonly string[], unlike: readonly string[]): string | undefined {
  const patterns = [...like, ...unlike];
  const isWanted = (states: readonly Places[]): boolean =>
    states.every((places, n) => isAtEnd(patterns[n] as string, places) === n < like.length);
  const letters = alphabet(patterns);
  const seen = new Set<string>();
  const waiting: { readonly text: string; readonly states: readonly Places[] }[] = [{ text: "", states: patterns.map(begin) }];
  for (const { text, states } of waiting) {
    if (isWanted(states)) return text;
    for (const letter of letters) {
      const next = states.map((places, n) => read(patterns[n] as string, places, letter));
      const key = JSON.stringify(next);
      if (seen.has(key) || seen.size > stateLimit) continue;
      seen.add(key);
      waiting.push({ text: text + letter, states: next });
    }
  }
  return undefined;
}

/** The letters that patterns tell apart, and one that none of them mentions. */
function alphabet(patterns: readonly string[]): readonly string[] {
  const mentioned = new Set(patterns.join("").replaceAll("*", ""));
  const other = ["x", "y", "z", "a", "b", "c", "0", "1", "2"].find((letter) => !mentioned.has(letter));
  return [...(other === undefined ? [] : [other]), ...mentioned];
}

const begin = (pattern: string): Places => throughStars(pattern, [0]);
const isAtEnd = (pattern: string, places: Places): boolean => places.includes(pattern.length);

function read(pattern: string, places: Places, letter: string): Places {
  const next = places.flatMap((place) => (pattern[place] === "*" ? [place] : pattern[place] === letter ? [place + 1] : []));
  return throughStars(pattern, next);
}

/** A star may stand for nothing. */
function throughStars(pattern: string, places: Places): Places {
  const all = new Set(places);
  for (const place of all) if (pattern[place] === "*") all.add(place + 1);
  return [...all].sort((a, b) => a - b);
}
