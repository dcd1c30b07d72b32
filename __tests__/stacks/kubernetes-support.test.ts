import { supportState, supportTable, supportTableDate, supportWarning, upgradeSupportType } from "../../stacks/kubernetes-support";

describe("Kubernetes support", () => {
  test.each([
    ["1.27", "2024-07-23", "standard"],
    ["1.27", "2024-07-24", "extended"],
    ["1.27", "2025-07-23", "extended"],
    ["1.27", "2025-07-24", "ended"],
    ["1.36", "2026-11-23", "standard"],
    ["1.99", "2026-11-23", "unlisted"],
    ["toString", "2026-11-23", "unlisted"],
  ] as const)("of %s on %s is %s", (version, today, state) => {
    expect(supportState(version, today)).toBe(state);
  });

  test("says nothing about a version in standard support", () => {
    expect(supportWarning("1.36", "2026-11-23")).toBeUndefined();
  });

  test("says what extended support costs, since when, and the way out", () => {
    expect(supportWarning("1.32", "2026-11-23")).toBe(
      "Kubernetes 1.32 has been in extended support since 2026-03-23 (until 2027-03-23), at $0.60 instead of $0.10 per cluster and hour: " +
        "set `kubernetesVersion` (NETPOL_EKS_KUBERNETES_VERSION) to a supported version, such as 1.36",
    );
  });

  test("says of a version it does not know when it was written", () => {
    expect(supportWarning("1.99", "2026-11-23")).toBe(
      `Kubernetes 1.99 is not in the EKS support table of ${supportTableDate}: check that EKS offers it, ` +
        "or set `kubernetesVersion` (NETPOL_EKS_KUBERNETES_VERSION) to a supported version, such as 1.36",
    );
    expect(upgradeSupportType("1.99", "2026-11-23")).toBe("STANDARD");
  });

  test("is a table in order: versions ascend, and each is extended after it was standard", () => {
    const versions = Object.keys(supportTable);
    expect(versions).toEqual([...versions].sort());
    expect(versions).toContain("1.27");
    for (const { standardUntil, extendedUntil } of Object.values(supportTable)) expect(standardUntil < extendedUntil).toBe(true);
  });
});
