/** The public face of the readers: text → objects with their places, or problems that name theirs. */
export type {
  ChangeEffect,
  FoundSuppression,
  InfrastructureResource,
  Input,
  InputFile,
  InputKind,
  JoinedInput,
  JoinOptions,
  OpaqueSource,
  ReadInputsOptions,
  ResourceChange,
  Snapshot,
  Targets,
} from "./input";
export type { Json, JsonObject, LocatedObject, Problem, Read, SensitiveValue } from "./objects";
export { toCluster, type ToClusterOptions } from "./kubernetes";
export { readInputs } from "./read-inputs";
export { joinInputs } from "./join-inputs";
export { fieldLocation } from "./positions";
export { isVariableFile } from "./terraform/variable-files";
export { addressForms } from "./validation/address-forms";
