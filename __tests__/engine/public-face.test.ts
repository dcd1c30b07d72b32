/** What the engine answers with can be named by who asks: every type that a public function or type mentions is exported too. */
import { join } from "node:path";
import ts from "typescript";

const engine = join(__dirname, "..", "..", "engine");
const faces = ["index.ts", "model/index.ts", "report/index.ts"].map((file) => join(engine, file));

/** What an evaluation and the sets are made of is nobody's business but the engine's. */
const opaque = new Set(["Evaluation", "ConnectionSet", "IpSet", "PortSet"]);

const program = ts.createProgram(faces, { strict: true, noEmit: true, target: ts.ScriptTarget.ES2022, skipLibCheck: true, types: [] });
const checker = program.getTypeChecker();

const resolved = (symbol: ts.Symbol): ts.Symbol => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol);

function exportsOf(face: string): readonly ts.Symbol[] {
  const source = program.getSourceFile(face);
  const module = source === undefined ? undefined : checker.getSymbolAtLocation(source);
  return module === undefined ? [] : checker.getExportsOfModule(module).map(resolved);
}

/** The engine's types that a declaration mentions, bodies of functions left out. */
function mentioned(node: ts.Node): readonly ts.Symbol[] {
  if (ts.isBlock(node)) return [];
  if (ts.isArrowFunction(node)) return [...node.parameters, ...(node.type === undefined ? [] : [node.type])].flatMap(mentioned);
  const own = ts.isTypeReferenceNode(node) ? checker.getSymbolAtLocation(node.typeName) : undefined;
  const children: ts.Symbol[] = [];
  ts.forEachChild(node, (child) => void children.push(...mentioned(child)));
  return own === undefined ? children : [resolved(own), ...children];
}

const isOurs = (symbol: ts.Symbol): boolean =>
  (symbol.flags & ts.SymbolFlags.TypeParameter) === 0 &&
  (symbol.declarations ?? []).some((declaration) => declaration.getSourceFile().fileName.startsWith(engine));

test("every type that a public answer is made of is exported", () => {
  const exported = new Set(faces.flatMap(exportsOf));
  const waiting = [...exportsOf(faces[0] as string)];
  const seen = new Set(waiting);
  for (const symbol of waiting) {
    if (opaque.has(symbol.name)) continue;
    const found = (symbol.declarations ?? []).flatMap(mentioned).filter((each) => isOurs(each) && !seen.has(each));
    for (const each of found) seen.add(each);
    waiting.push(...found);
  }
  expect(seen.size).toBeGreaterThan(100);
  expect([...seen].filter((symbol) => !exported.has(symbol)).map(({ name }) => name)).toEqual([]);
});
