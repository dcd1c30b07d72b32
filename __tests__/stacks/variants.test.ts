import { addresses, stackNames, synthesize, type Block, type Synthesized } from "./synthesized";
import { variants } from "./variants";

const stripped = ({ "//": _comment, ...block }: Block): Block => block;

/** What a variant's stack has that another's has not, what it lacks, and the arguments that differ. */
function difference(one: Synthesized, other: Synthesized, name: (typeof stackNames)[number]): Record<string, unknown> {
  const blocks = (synthesized: Synthesized) =>
    new Map(
      Object.entries(synthesized[name].json.resource).flatMap(([type, found]) =>
        Object.entries(found).map(([id, block]) => [`${type}.${id}`, stripped(block)] as const),
      ),
    );
  const [before, after] = [blocks(one), blocks(other)];
  const changed = [...after].flatMap(([address, block]) => {
    const old = before.get(address);
    const keys = old === undefined ? [] : [...new Set([...Object.keys(old), ...Object.keys(block)])];
    const differing = keys.filter((key) => JSON.stringify(old?.[key]) !== JSON.stringify(block[key]));
    return differing.length === 0 ? [] : [[address, Object.fromEntries(differing.map((key) => [key, block[key] ?? "(none)"]))] as const];
  });
  return {
    added: Object.fromEntries([...after].filter(([address]) => !before.has(address))),
    removed: [...before.keys()].filter((address) => !after.has(address)),
    changed: Object.fromEntries(changed),
  };
}

/** On the Kubernetes version of the variants, so that only the option itself shows. */
const before = synthesize({ kubernetesVersion: "1.35" });

describe.each(Object.entries(variants).filter(([title]) => title !== "default"))("the option %s", (_title, context) => {
  const after = synthesize(context);

  test.each(stackNames)("changes in the %s stack what was reviewed", (name) => {
    expect(difference(before, after, name)).toMatchSnapshot();
  });

  test("moves no address of what stays: only coredns leaves its stack, in strict mode", () => {
    const gone = stackNames.flatMap((name) => addresses(before[name]).filter((address) => !addresses(after[name]).includes(address)));
    expect(gone).toEqual("enforcingMode" in context ? ["aws_eks_addon.coredns_addon_21614B5E"] : []);
  });

  test("holds no path of a machine, no jsonencode and nothing undefined", () => {
    for (const name of stackNames) {
      expect(after[name].text).not.toContain(process.cwd());
      expect(after[name].text).not.toMatch(/jsonencode|= ?undefined|TfToken|\[object/);
    }
  });
});
