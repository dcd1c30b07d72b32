import { execFileSync, spawn } from "node:child_process";
import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { writeFiles } from "../../cli/write-files";
import { folderWith, removeFolders } from "./folders";

afterAll(removeFolders);

test("a file is made with the folders above it, and nothing else is left", () => {
  const folder = folderWith();
  writeFiles([{ file: join(folder, "a", "b", "report.json"), text: "new" }]);
  expect(readFileSync(join(folder, "a", "b", "report.json"), "utf8")).toBe("new");
  expect(readdirSync(join(folder, "a", "b"))).toEqual(["report.json"]);
});

test("none is written where one of them cannot be", () => {
  const folder = folderWith({ "first.txt": "old" });
  mkdirSync(join(folder, "second.txt", "taken"), { recursive: true });
  const files = ["first.txt", "second.txt/taken/x", "first.txt/below"].map((name) => ({ file: join(folder, name), text: "new" }));
  expect(() => {
    writeFiles(files);
  }).toThrow("first.txt/below` cannot be written");
  expect(readFileSync(join(folder, "first.txt"), "utf8")).toBe("old");
  expect(readdirSync(folder)).toEqual(["first.txt", "second.txt"]);
});

test("a file keeps its mode", () => {
  const file = join(folderWith({ "run.sh": "old" }), "run.sh");
  chmodSync(file, 0o750);
  writeFiles([{ file, text: "new" }]);
  expect([readFileSync(file, "utf8"), statSync(file).mode & 0o777]).toEqual(["new", 0o750]);
});

test("a link goes on leading to the file it leads to", () => {
  const folder = folderWith({ "real/policy.yaml": "old" });
  const link = join(folder, "link.yaml");
  symlinkSync(join("real", "policy.yaml"), link);
  writeFiles([{ file: link, text: "new" }]);
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect(readFileSync(join(folder, "real", "policy.yaml"), "utf8")).toBe("new");
});

test("what is no file, such as a pipe or a device, is written to and not replaced", async () => {
  const pipe = join(folderWith(), "pipe");
  execFileSync("mkfifo", [pipe]);
  const reader = spawn("cat", [pipe], { stdio: ["ignore", "pipe", "inherit"] });
  const read = text(reader.stdout);
  writeFiles([{ file: pipe, text: "through the pipe" }]);
  expect(await read).toBe("through the pipe");
  expect(lstatSync(pipe).isFIFO()).toBe(true);
});
