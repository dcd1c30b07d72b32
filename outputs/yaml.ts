import { stringify } from "yaml";

/**
 * Objects as YAML documents, for `kubectl apply` and for review: one after another, each told apart by `---`, nothing for none.
 *
 * A string that any YAML version in use would read as something else (`on`, `1e3`, `010`) is quoted, for kubectl reads YAML 1.1 and most
 * editors 1.2. Nothing is folded or replaced by an alias, so a line says what it says.
 */
export const renderYaml = (objects: readonly object[]): string => objects.map(renderDocument).join("---\n");

const renderDocument = (object: object): string =>
  stringify(object, { aliasDuplicateObjects: false, compat: "yaml-1.1", indentSeq: false, lineWidth: 0 });
