import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, sep } from "node:path";
import fc from "fast-check";
import { declared } from "../../policies/declared";
import { callerOf, placeInStack } from "../../policies/place";

const projectFolder = join(__dirname, "..", "..");

describe("the first line of a stack that is the project's own", () => {
  test.each([
    ["a named function", "/projects/shop", "    at nginxIn (/projects/shop/policies/nginx.ts:8:23)", "policies/nginx.ts", 8],
    ["the top of a module", "/projects/shop", "    at Object.<anonymous> (/projects/shop/main.ts:3:1)", "main.ts", 3],
    ["a frame without a name", "/projects/shop", "    at /projects/shop/main.ts:3:1", "main.ts", 3],
    ["an asynchronous frame", "/projects/shop", "    at async /projects/shop/main.ts:3:1", "main.ts", 3],
    ["a method under another name", "/projects/shop", "    at Map.get [as find] (/projects/shop/main.ts:3:1)", "main.ts", 3],
    ["a constructor in a file URL", "/projects/shop", "    at new Stack (file:///projects/shop/lib/a%20b.mjs:12:5)", "lib/a b.mjs", 12],
    ["a URL with a loader's question", "/projects/shop", "    at file:///projects/shop/main.ts?tsx-namespace=17:4:5", "main.ts", 4],
    ["a folder with brackets", "/projects/shop (new)", "    at run (/projects/shop (new)/main.ts:4:5)", "main.ts", 4],
    ["a folder with brackets, and no name", "/projects/shop (new)", "    at /projects/shop (new)/main.ts:4:5", "main.ts", 4],
    ["any folder of the user's", "/projects/shop", "    at f (/projects/shop/network/rules/web.js:7:1)", "network/rules/web.js", 7],
    ["a package beside the project", "/projects/shop", "    at f (/projects/shared/web.ts:7:1)", "../shared/web.ts", 7],
    ["a project in a root folder", "/", "    at f (/main.ts:7:1)", "main.ts", 7],
    ["Windows", "C:\\projects\\shop", "    at f (C:\\projects\\shop\\policies\\web.ts:7:1)", "policies/web.ts", 7],
    ["Windows, a URL", "c:\\projects\\shop", "    at f (file:///C:/projects/shop/policies/web.ts:7:1)", "policies/web.ts", 7],
  ])("is read from %s", (_title, root, frame, file, line) => {
    expect(placeInStack(`Error: x\n${frame}\n    at later (/elsewhere/z.ts:1:1)`, root)).toEqual({ file, line });
  });

  test("passes over packages, Node.js, evaluated code and other drives", () => {
    const frames = [
      "Error: at last (/projects/shop/message.ts is no frame)",
      "    at new Construct (/projects/shop/node_modules/constructs/lib/construct.js:400:5)",
      "    at new Construct (/projects/node_modules/constructs/lib/construct.js:400:5)",
      "    at f (/projects/shop/.yarn/__virtual__/cdktf/lib/index.js:1:2)",
      "    at Module._compile (node:internal/modules/cjs/loader:1554:14)",
      "    at new Promise (<anonymous>)",
      "    at eval (eval at run (/projects/shop/x.ts:1:1), <anonymous>:1:1)",
      "    at Array.map (native)",
      "    at f (D:\\other\\x.ts:1:1)",
    ].join("\n");
    expect(placeInStack(frames, "/projects/shop")).toBeUndefined();
    expect(placeInStack(`${frames}\n    at f (/projects/shop/a.ts:9:9)`, "/projects/shop")).toEqual({ file: "a.ts", line: 9 });
  });

  test("does not depend on where the project lies", () => {
    const segment = fc.stringMatching(/^[A-Za-z0-9._ ()@-]{1,12}$/).filter((text) => !["node_modules", ".yarn", ".", ".."].includes(text));
    const folder = fc.array(segment, { maxLength: 4 }).map((segments) => segments.map((each) => `/${each}`).join(""));
    const file = fc.array(segment, { minLength: 1, maxLength: 3 }).map((segments) => `${segments.join("/")}.ts`);
    fc.assert(
      fc.property(folder, file, fc.integer({ min: 1, max: 9999 }), fc.boolean(), (root, path, line, named) => {
        const place = `${root}/${path}:${line}:1`;
        expect(placeInStack(named ? `    at f (${place})` : `    at ${place}`, root)).toEqual({ file: path, line });
      }),
    );
  });
});

describe("a declared object", () => {
  const lineHere = (): number => callerOf(lineHere)?.line ?? 0;

  test("knows its line, in whatever folder it is declared", () => {
    const [policy, line] = [declared({ namespace: "shop", name: "web", subject: {} }), lineHere()];
    expect(policy.location).toEqual({ created: { file: "__tests__/policies/place.test.ts", line } });
  });

  test("has no place when no function of the project is calling", () => {
    expect(callerOf(() => undefined)).toBeUndefined();
  });
});

test("a user's own project, run by another loader, gets places relative to its own root", () => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "project (1) ")));
  try {
    const source = [
      `import { declared } from ${JSON.stringify(join(projectFolder, "policies", "declared").replaceAll(sep, "/"))};`,
      "interface Padding { readonly a: string }",
      "export const web =",
      '  declared({ namespace: "shop", name: "web", subject: {} });',
      "process.stdout.write(JSON.stringify(web.location));",
    ].join("\n");
    mkdirSync(join(root, "rules"));
    writeFileSync(join(root, "rules", "web.ts"), source);
    const loader = require.resolve("tsx");
    const { stdout, stderr } = spawnSync(process.execPath, ["--import", loader, join("rules", "web.ts")], { cwd: root, encoding: "utf8" });
    expect({ stdout, stderr }).toEqual({ stdout: '{"created":{"file":"rules/web.ts","line":4}}', stderr: "" });
  } finally {
    rmSync(root, { recursive: true });
  }
});
