/** Synthesized stacks, and Terraform configuration in JSON written by hand. */
import type { Input } from "./input";
import type { Read } from "./objects";
import { blockAddress } from "./plan/terraform-json";
import { opaqueSources, providersOf, shownResource, withoutSecrets } from "./snapshot";
import { commonName } from "./source-name";
import { annotatedSuppressions, constructSuppressions } from "./suppressions";
import { readSynth, type SynthOptions } from "./synth";
import { opaqueModule } from "./terraform/opaque";
import type { ConfigurationFile } from "./terraform/stack";
import { isJsonObject, valueAt } from "./validation/json";

/** Reads files of configuration together, so that they resolve each other. */
export function readConfiguration(files: readonly ConfigurationFile[], options: SynthOptions): Read<Input> {
  const { value, problems } = readSynth(files, options);
  const objects = withoutSecrets(value.objects);
  const resources = value.resources.map(shownResource);
  const input: Input = {
    kind: files.some(isSynthesized) ? "cdktf" : "terraform-json",
    name: commonName(files.map(({ file }) => file)),
    after: { objects, resources },
    changes: [],
    drift: [],
    incomplete: [],
    opaque: [...opaqueSources(value.resources.filter(({ mode }) => mode === "managed")), ...value.modules.map(opaqueModule)],
    suppressions: [...annotatedSuppressions(objects), ...constructSuppressions(resources, objects)],
    declares: new Set(resources.map(({ address }) => blockAddress(address))),
    providers: providersOf(value.resources),
  };
  return { value: input, problems };
}

/** Whether CDKTF wrote a file: it says which stack it is, except in tests. */
const isSynthesized = ({ file, root }: ConfigurationFile): boolean =>
  /(^|[\\/])cdk\.tf\.json$/.test(file) || (isJsonObject(root) && valueAt(root, "//", "metadata", "stackName") !== undefined);
