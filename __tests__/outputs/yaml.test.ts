import fc from "fast-check";
import { parseAllDocuments } from "yaml";
import { renderYaml } from "../../outputs/yaml";

const parsed = (text: string, version: "1.1" | "1.2"): readonly unknown[] =>
  parseAllDocuments(text, { version }).map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS() as unknown;
  });

/** Texts that some version of YAML reads as a number, a boolean, a date or nothing at all. */
const ambiguous = [
  "on",
  "no",
  "y",
  "1e3",
  "010",
  "0o17",
  "0x1f",
  "1_000",
  "12:30",
  "~",
  "null",
  "",
  "2020-01-01",
  ".inf",
  "<<",
  "- a",
  "a: b",
  "#",
];
const anyText = fc.oneof(fc.constantFrom(...ambiguous), fc.string({ maxLength: 300 }), fc.stringMatching(/^[a-z0-9.:/_-]{0,12}$/));
const anyObject = fc.dictionary(
  anyText.filter((key) => key !== "__proto__" && key !== "<<"),
  fc.oneof(anyText, fc.integer(), fc.boolean(), fc.array(anyText), fc.dictionary(fc.constantFrom("a", "on"), anyText)),
);

test("what is written is read back the same, by YAML 1.1 and 1.2", () => {
  const property = fc.property(fc.array(anyObject, { minLength: 1, maxLength: 3 }), (objects) => {
    const plain = JSON.parse(JSON.stringify(objects)) as readonly object[];
    const text = renderYaml(plain);
    expect(parsed(text, "1.2")).toEqual(plain);
    expect(parsed(text, "1.1")).toEqual(plain);
  });
  fc.assert(property, { numRuns: 500 });
});

test("looks as people write it", () => {
  const object = { kind: "NetworkPolicy", spec: { podSelector: {}, policyTypes: ["Ingress"], ingress: [{ ports: [{ port: 80 }] }] } };
  expect(renderYaml([object, { kind: "Namespace" }])).toBe(
    [
      "kind: NetworkPolicy",
      "spec:",
      "  podSelector: {}",
      "  policyTypes:",
      "  - Ingress",
      "  ingress:",
      "  - ports:",
      "    - port: 80",
      "---",
      "kind: Namespace",
      "",
    ].join("\n"),
  );
});

test("one value used twice is written twice, and long lines stay whole", () => {
  const labels = { app: "a".repeat(200) };
  expect(renderYaml([{ first: labels, second: labels, note: "word ".repeat(60).trim() }])).not.toMatch(/[&*>]/);
});

test("nothing for no objects", () => {
  expect(renderYaml([])).toBe("");
});
