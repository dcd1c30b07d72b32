/** Texts that are not UTF-8: refused, since names in them would be read as others. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { utf8Text } from "../../cli/text-encoding";
import { Failure } from "../../cli/failure";
import { propertyRuns } from "../property-runs";
import { folderWith, removeFolders } from "./folders";
import { netpolProcess, netpolWith } from "./netpol";
import { closedShop } from "./shop";

afterAll(removeFolders);

test("every text in UTF-8 comes back as it is", () => {
  const property = fc.property(fc.string({ unit: "binary" }), (text) => {
    expect(utf8Text(Buffer.from(text, "utf8"), "it")).toBe(Buffer.from(text, "utf8").toString("utf8"));
  });
  fc.assert(property, { numRuns: propertyRuns(200) });
});

test("a text with a byte that is no UTF-8 is refused with its line", () => {
  const property = fc.property(fc.array(fc.stringMatching(/^[ -~]{0,20}$/), { maxLength: 5 }), (lines) => {
    const bytes = Buffer.concat([Buffer.from(lines.map((line) => `${line}\n`).join("")), Buffer.from([0x64, 0xe9, 0x62])]);
    expect(() => utf8Text(bytes, "it")).toThrow(
      new Failure(`it is not UTF-8 in line ${String(lines.length + 1)}; write it again as UTF-8`),
    );
  });
  fc.assert(property, { numRuns: propertyRuns(100) });
});

test.each([
  ["Latin-1", Buffer.from(closedShop.replace("name: web", "name: w\u00e9b"), "latin1"), "is not UTF-8 in line 7; write it again as UTF-8"],
  ["UTF-16", Buffer.from(`\uFEFF${closedShop}`, "utf16le"), "is UTF-16, as PowerShell writes files; write it again as UTF-8"],
])("a file in %s is one error", async (_, bytes, message) => {
  const cwd = folderWith();
  writeFileSync(join(cwd, "all.yaml"), bytes);
  expect(await netpolWith({ cwd }, "list", "all.yaml")).toEqual({ code: 2, stdout: "", stderr: `error: \`all.yaml\` ${message}\n` });
});

test("an order of bytes before UTF-8, and lines of Windows, change nothing", async () => {
  const cwd = folderWith({ "plain.yaml": closedShop, "windows.yaml": `\uFEFF${closedShop.replaceAll("\n", "\r\n")}` });
  const [plain, windows] = [await netpolWith({ cwd }, "list", "plain.yaml"), await netpolWith({ cwd }, "list", "windows.yaml")];
  expect(windows).toEqual(plain);
  expect(plain.code).toBe(0);
});

test("an input without a command is answered with one", () => {
  const { code, stderr } = netpolProcess(["step-1"]);
  expect(code).toBe(2);
  expect(stderr).toContain("`step-1` is a path; a command comes before it, such as `netpol check step-1`\n");
});
