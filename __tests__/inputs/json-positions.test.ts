/** A key that JSON repeats is found wherever it stands, and nothing else is taken for one. */
import fc from "fast-check";
import { parseDocument } from "yaml";
import { repeatedKey } from "../../inputs/json-positions";
import { check } from "../property-runs";

/** Texts of keys that brackets, quotes, colons and escapes may be mistaken in; the first two are one key. */
const anyKey = fc.constantFrom('"a"', '"\\u0061"', '"b"', '"{"', '"\\":"', '"]"', '""');
const anySpace = fc.constantFrom("", " ", "\n\t");

/** JSON as text, in which objects repeat keys now and then. */
const { value: anyText } = fc.letrec<{ value: string; leaf: string; list: string; object: string }>((tie) => ({
  value: fc.oneof({ maxDepth: 4, withCrossShrink: true }, tie("leaf"), tie("list"), tie("object")),
  leaf: fc.oneof(anyKey, fc.constantFrom("1", "null", "true")),
  list: fc.array(tie("value"), { maxLength: 3 }).map((values) => `[${values.join(",")}]`),
  object: fc
    .array(fc.tuple(anyKey, anySpace, tie("value")), { maxLength: 3 })
    .map((fields) => `{${fields.map(([key, space, value]) => `${space}${key}${space}:${space}${value}`).join(",")}}`),
}));

/** The string that begins at an offset. */
const keyAt = (text: string, offset: number): unknown => JSON.parse(/^"(?:[^"\\]|\\.)*"/.exec(text.slice(offset))?.[0] ?? "null");

test("a key is found twice where a YAML parser finds it twice, and the second place is the parser's", () => {
  let met = 0;
  const property = fc.property(anyText, (text) => {
    const faults = parseDocument(text, { prettyErrors: false, logLevel: "silent" }).errors.filter(({ code }) => code === "DUPLICATE_KEY");
    const found = repeatedKey(text);
    expect(found === undefined).toBe(faults.length === 0);
    if (found === undefined) return;
    met += 1;
    expect(faults.map(({ pos }) => pos[0])).toContain(found.second);
    expect(keyAt(text, found.first)).toBe(found.key);
    expect(keyAt(text, found.second)).toBe(found.key);
  });
  check("repeated keys", 400, property);
  expect(met).toBeGreaterThan(20);
});
