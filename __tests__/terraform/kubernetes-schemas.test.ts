/**
 * The schemas of the provider double are written by hand. The bindings our stacks are made with were generated from the provider's own: what
 * the double knows must be in them, and be the same there.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Attribute, type AttributeType, type Block, type NestedBlock } from "./schema";
import { resources } from "./kubernetes-schemas";

const library = dirname(require.resolve("@cdktf/provider-kubernetes/lib/index.js"));

/** Folder and class of the bindings of a type. */
const bindings: Readonly<Record<string, readonly [folder: string, className: string]>> = {
  kubernetes_deployment_v1: ["deployment-v1", "DeploymentV1"],
  kubernetes_namespace_v1: ["namespace-v1", "NamespaceV1"],
  kubernetes_network_policy_v1: ["network-policy-v1", "NetworkPolicyV1"],
  kubernetes_service_v1: ["service-v1", "ServiceV1"],
};

/** The TypeScript the bindings were compiled from, which their source maps carry: compiled, what is computed cannot be told any more. */
const sourceOf = (folder: string): string =>
  readdirSync(join(library, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".js"))
    .map((file) => mappedSource(readFileSync(join(library, folder, file), "utf8")))
    .join("\n");

function mappedSource(compiled: string): string {
  const marker = "sourceMappingURL=data:application/json;base64,";
  const map = Buffer.from(compiled.slice(compiled.lastIndexOf(marker) + marker.length), "base64").toString("utf8");
  return (JSON.parse(map) as { readonly sourcesContent: readonly string[] }).sourcesContent.join("\n");
}

const pascal = (name: string): string => name.replace(/(?:^|_)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
const camel = (name: string): string => `${name.slice(0, 1).toLowerCase()}${name.slice(1)}`;

/** The text from where something is declared to the end of its declaration. */
function declaration(source: string, start: string): string {
  const from = source.indexOf(start);
  if (from === -1) throw new Error(`the bindings have no \`${start}\``);
  return source.slice(from, source.indexOf("\n}\n", from));
}

/** What the bindings say of arguments: what can be written, and what is computed or required. */
class Bindings {
  private readonly written: ReadonlyMap<string, string>;
  private readonly flags: ReadonlyMap<string, string>;

  constructor(source: string, owner: string, isTop: boolean) {
    const described = declaration(source, isTop ? `class ${owner} extends` : `class ${owner}OutputReference extends`);
    const mapped = isTop
      ? described.slice(described.indexOf("synthesizeHclAttributes"))
      : declaration(source, `function ${camel(owner)}ToHclTerraform(`);
    const entry = /\n\s+(\w+): \{\n\s+value: (.*),\n\s+isBlock: (\w+),\n\s+type: "(\w+)",\n\s+storageClassType: "(\w+)"/g;
    this.written = new Map(
      [...mapped.matchAll(entry)].map(([, name = "", value = "", isBlock, type, storage]) => {
        const many = value.startsWith("cdktf.listMapperHcl");
        return [
          name,
          isBlock === "true" ? (type === "struct" ? "one block" : many ? "blocks" : "block") : `${String(type)} ${String(storage)}`,
        ];
      }),
    );
    const flag = /\/\/ (\w+) - computed: (\w+), optional: (\w+), required: (\w+)/g;
    this.flags = new Map([...described.matchAll(flag)].map(([, name = "", ...flags]) => [name, flags.join(" ")]));
  }

  attribute(name: string): string {
    return `${this.written.get(name) ?? "read only"}, ${this.flags.get(name) ?? "not there"}`;
  }

  block(name: string): string {
    return `${this.written.get(name) ?? "not there"}, ${this.flags.get(name)?.split(" ").at(-1) ?? "not there"}`;
  }
}

const storages: Readonly<Record<string, string>> = { string: "string", number: "number", bool: "boolean" };

function typeText(type: AttributeType): string {
  if (typeof type === "string") return `simple ${String(storages[type])}`;
  const [collection, of] = type;
  if (typeof of !== "string") return "another";
  return `${collection} ${String(storages[of])}${collection === "map" ? "Map" : "List"}`;
}

const attributeText = ({ type, computed, optional, required }: Attribute): string => {
  const writable = optional === true || required === true;
  return `${writable ? typeText(type) : "read only"}, ${[computed, optional, required].map((each) => String(each ?? false)).join(" ")}`;
};

const blockText = ({ nesting, max, required }: NestedBlock): string =>
  `${nesting === "single" ? "one block" : max === 1 ? "block" : "blocks"}, ${String(required ?? false)}`;

/** Every argument of a block and the blocks in it, as the double has it and as the bindings have it. */
function compared(source: string, owner: string, block: Block, path = "", isTop = true): readonly (readonly [string, string, string])[] {
  const known = new Bindings(source, owner, isTop);
  const attributes = Object.entries(block.attributes).map(
    ([name, each]) => [`${path}${name}`, attributeText(each), known.attribute(name)] as const,
  );
  const inner = Object.entries(block.blocks).flatMap(([name, each]) => [
    [`${path}${name}`, blockText(each), known.block(name)] as const,
    ...compared(source, `${owner}${pascal(name)}`, each, `${path}${name}.`, false),
  ]);
  return [...attributes, ...inner];
}

test.each(Object.entries(resources))("every argument of %s is one of the provider's, with its type and nesting", (type, resource) => {
  const [folder, className] = bindings[type] ?? ["", ""];
  const rows = compared(sourceOf(folder), className, resource);
  expect(rows.length).toBeGreaterThan(10);
  expect(rows.map(([path, own]) => [path, own])).toEqual(rows.map(([path, , theirs]) => [path, theirs]));
});
