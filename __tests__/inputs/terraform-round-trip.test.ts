import fc from "fast-check";
import { parseSynth } from "../../inputs/synth";
import { resourceToObjects } from "../../inputs/terraform";
import { propertyRuns } from "../property-runs";
import { anyApiPolicy, anyPick, terraformShape } from "../arbitraries/terraform-shape";

const type = "kubernetes_network_policy_v1";
const asTemplate = (text: string): string => text.replace(/\$\{/g, "$$$${").replace(/%\{/g, "%%{");

describe("a NetworkPolicy written in Terraform's shape", () => {
  it("is read back from resolved values, whichever way it is written", () => {
    fc.assert(
      fc.property(anyApiPolicy, anyPick, (policy, pick) => {
        const { value, problems } = resourceToObjects({ type, address: `${type}.p`, values: terraformShape(policy, pick()) });
        expect(value).toEqual([{ object: policy, location: { address: `${type}.p` } }]);
        expect(problems).toEqual([]);
      }),
      { numRuns: propertyRuns(1000) },
    );
  });

  it("is read back from cdk.tf.json, where strings are templates", () => {
    fc.assert(
      fc.property(anyApiPolicy, anyPick, (policy, pick) => {
        const text = JSON.stringify({ resource: { [type]: { p: terraformShape(policy, pick(), asTemplate) } } });
        const { value, problems } = parseSynth([{ file: "cdk.tf.json", text }]);
        expect(problems).toEqual([]);
        expect(value.map(({ object }) => object)).toEqual([policy]);
      }),
      { numRuns: propertyRuns(1000) },
    );
  });
});
