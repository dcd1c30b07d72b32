import type { ConnectionChange } from "../../engine/report";
import { changeLines } from "../../outputs/terminal/changes";
import { terminal } from "../../outputs/terminal/layout";

const end = (name: string) => ({ kind: "workload", name }) as const;

const change = (parts: Partial<ConnectionChange>): ConnectionChange => ({
  kind: "changed",
  from: end("shop/web"),
  to: end("shop/db"),
  before: { certain: "none", possible: "none" },
  after: { certain: "none", possible: "none" },
  opened: "none",
  closed: "none",
  exposure: false,
  causes: { policies: [], workloads: [], namespaces: [] },
  ...parts,
});

const told = (parts: Partial<ConnectionChange>): readonly string[] => changeLines([change(parts)], terminal({ color: false }));

test("what was closed and is undecided now is said to be possible, not to be added", () => {
  const lines = told({ kind: "added", after: { certain: "none", possible: "TCP 80" }, opened: "TCP 80" });
  expect(lines).toEqual(["  ? shop/web → shop/db: may open TCP 80 (undecided)"]);
});

test("it may be new exposure as well", () => {
  const lines = told({ kind: "added", after: { certain: "none", possible: "all" }, opened: "all", exposure: true });
  expect(lines).toEqual(["  ? shop/web → shop/db: may open all (undecided, perhaps new exposure)"]);
});

test("what was undecided and is closed now is said to have been undecided", () => {
  const lines = told({ kind: "removed", before: { certain: "none", possible: "TCP 80" }, closed: "TCP 80" });
  expect(lines).toEqual(["  ? shop/web → shop/db: no longer may open TCP 80 (undecided before)"]);
});

test("where something is certainly other than before, both states are shown", () => {
  const lines = told({ kind: "added", after: { certain: "TCP 80", possible: "all" }, opened: "all" });
  expect(lines).toEqual([expect.stringMatching(/^ {2}\+ shop\/web → shop\/db: none → /)]);
});
