import type { CheckReport } from "../../engine/report";
import { renderReport } from "../../outputs";
import { isOpen } from "../../outputs/sentences";
import { stories } from "./stories";

const options = { color: false, version: "1.2.3" };
const story = stories["opened-to-the-internet"] as CheckReport;
const withCode = (code: string): CheckReport => ({
  ...story,
  findings: story.findings.filter((each) => isOpen(each) && each.witness !== undefined).map((finding) => ({ ...finding, code })),
});

test.each(["text", "markdown", "junit"] as const)(
  "the example of a finding about the VPC CNI says whose verdict it shows, in %s",
  (format) => {
    expect(withCode("NP201").findings).not.toEqual([]);
    const rendered = (code: string): string => renderReport(withCode(code), format, options).replaceAll("*", "");
    expect(rendered("VPC001")).toContain("is allowed by the specification");
    expect(rendered("NP201")).toContain("is allowed");
    expect(rendered("NP201")).not.toContain("by the specification");
  },
);
