import { existsSync } from "node:fs";
import { join } from "node:path";
import { synthesizeSteps } from "../../cli/synthesize";
import { folderWith, removeFolders } from "./folders";

afterAll(removeFolders);

test("a step that fails is told when the others have ended, so that nothing writes into the folders any more", async () => {
  const root = folderWith({ taken: "a file where a folder must be" });
  const others = [join(root, "step-2"), join(root, "step-3")] as const;
  const synthesis = synthesizeSteps(
    new Map([
      [1, join(root, "taken")],
      [2, others[0]],
      [3, others[1]],
    ]),
  );
  await expect(synthesis).rejects.toThrow(/EEXIST|ENOTDIR/);
  expect(others.map((folder) => existsSync(join(folder, "manifest.json")))).toEqual([true, true]);
});
