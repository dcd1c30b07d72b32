import { type InfrastructureResource, isUnknown, type Json, unknown, type Unknown } from "../model";
import { blockIn, textIn } from "./arguments";

/** What an argument names: a resource, and the attribute of it that was written (`id`, `vpc_config[0].cluster_security_group_id`). */
export interface Named {
  readonly resource: InfrastructureResource;
  readonly attribute: string;
}

/** Resources by type, and who an argument of one of them names. */
export class ResourceIndex {
  constructor(private readonly resources: readonly InfrastructureResource[]) {}

  /** Those of any of the types; data sources only when asked for. */
  ofType(types: readonly string[], withData = false): readonly InfrastructureResource[] {
    return this.resources.filter(({ type, mode }) => types.includes(type) && (withData || mode === "managed"));
  }

  /**
   * The resource that the value of an argument names: by its id once that is known, by the address in the reference before. `undefined` when
   * the argument is not set; Unknown when what it names cannot be told or is not in the input.
   */
  named(value: Json | undefined, owner: InfrastructureResource, types: readonly string[]): Named | Unknown | undefined {
    if (value === undefined || value === null || value === "") return undefined;
    if (typeof value === "string") return this.byId(value, types);
    if (!isUnknown(value)) return unknown(`\`${JSON.stringify(value)}\` in \`${owner.address}\` names no resource`);
    const reference = referenceIn(value, owner);
    const found = reference === undefined ? [] : this.atAddress(reference, owner, types);
    return found.length === 1 && found[0] !== undefined && reference !== undefined
      ? { resource: found[0], attribute: reference.attribute }
      : value;
  }

  private byId(id: string, types: readonly string[]): Named | Unknown {
    for (const attribute of ["id", "arn", "name"]) {
      const found = this.resources.filter((each) => types.includes(each.type) && textIn(each.values, attribute) === id);
      if (found.length === 1 && found[0] !== undefined) return { resource: found[0], attribute };
    }
    const clusters = this.resources.filter((each) => types.includes(each.type) && clusterGroupId(each) === id);
    const [cluster] = clusters;
    return cluster === undefined ? unknown(`\`${id}\` is not in the input`) : { resource: cluster, attribute: "cluster_security_group_id" };
  }

  private atAddress(
    { address, stack }: Reference,
    owner: InfrastructureResource,
    types: readonly string[],
  ): readonly InfrastructureResource[] {
    const found = this.resources.filter((each) => types.includes(each.type) && each.address === address);
    const inStack = found.filter((each) => each.stack === (stack ?? owner.stack));
    return inStack.length > 0 ? inStack : found;
  }
}

/** The type in the address of an AWS resource: `aws_subnet` of `module.net.aws_subnet.private["a"]`. */
export const typeInAddress = (address: string): string => /(?:^|\.)(aws_\w+)\./.exec(address)?.[1] ?? "aws_resource";

/** The group EKS makes for a cluster, once it is there. */
function clusterGroupId({ type, values }: InfrastructureResource): string | undefined {
  const network = type === "aws_eks_cluster" ? blockIn(values, "vpc_config") : undefined;
  return network === undefined ? undefined : textIn(network, "cluster_security_group_id");
}

interface Reference {
  readonly address: string;
  readonly attribute: string;
  /** The stack that declares it, where it is not the owner's. */
  readonly stack?: string;
}

/** `aws_subnet.private[0].id`, with modules and `data.` before it: address and attribute. */
const traversal = /^((?:module\.[\w-]+(?:\[[^\]]*\])?\.)*(?:data\.)?[a-z][\w-]*\.[\w-]+(?:\[[^\]]*\])?)\.(\S+)$/;

/** The stack in which the last reference of a chain stands. */
function stackIn(because: string): Pick<Reference, "stack"> {
  const stack = [...because.matchAll(/ of stack ([^`]+)`/g)].at(-1)?.[1];
  return stack === undefined ? {} : { stack };
}

/**
 * The reference an unknown value comes from. Readers keep it in the value's reason, as Terraform writes it: the last `${…}` of a chain across
 * stacks (`… of stack network`), or what a plan waits for (`when … is`). Anything that is more than one reference is not read.
 */
function referenceIn({ because }: Unknown, { address }: InfrastructureResource): Reference | undefined {
  const planned = /, when `([^`…]+)` is$/.exec(because)?.[1];
  const written = [...because.matchAll(/`\$\{([^`…]+)\}`/g)].at(-1)?.[1];
  const parts = traversal.exec(planned ?? written ?? "");
  const [, target, attribute] = parts ?? [];
  if (target === undefined || attribute === undefined) return undefined;
  const module = planned === undefined ? "" : (/^(?:module\.[\w-]+(?:\[[^\]]*\])?\.)+/.exec(address)?.[0] ?? "");
  return { address: `${module}${target}`, attribute, ...stackIn(because) };
}
