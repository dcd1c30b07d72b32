import type { ClusterExpectation, ExpectedEnds, ExpectedPorts } from "../model";
import { describeEnd } from "./expected-ends";

/** An expectation in one line, as a person would say it. */
export function statementOf(expectation: ClusterExpectation): string {
  switch (expectation.kind) {
    case "allow":
    case "deny":
      return `${expectation.kind} ${list(expectation.from)} → ${list(expectation.to)}${ports(expectation.ports)}`;
    case "only": {
      const { way, pods, others } = expectation;
      const allowed = others.length === 0 ? "nobody" : `only ${list(others)}`;
      const ends = way === "into" ? `${allowed} → ${list(pods)}` : `${list(pods)} → ${allowed}`;
      return `${ends}${ports(expectation.ports)}`;
    }
    case "isolated":
      return `isolated ${list(expectation.pods)} for ${expectation.directions.join(" and ")}`;
    case "unchanged":
      return `unchanged ${list(expectation.pods)}`;
    case "atMost":
      return `at most what ${expectation.reference} allows for ${list(expectation.pods)}`;
  }
}

const list = (ends: readonly ExpectedEnds[]): string => ends.map(describeEnd).join(", ");

const ports = (wanted: ExpectedPorts): string =>
  wanted === "all"
    ? ""
    : ` on ${wanted
        .map((port) => {
          if ("name" in port) return port.protocol === undefined ? port.name : `${port.protocol} ${port.name}`;
          return `${port.protocol} ${String(port.from)}${port.to === port.from ? "" : `-${String(port.to)}`}`;
        })
        .join(", ")}`;
