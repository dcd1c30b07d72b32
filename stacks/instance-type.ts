/** The processors nodes have, as the names of Amazon Linux images spell them. */
export type Architecture = "x86_64" | "ARM_64";

/** Graviton families have a `g` behind their generation (m7g, c6gn, t4g); the first of them was called a1. */
export const architectureOf = (instanceType: string): Architecture => (/^(a1\.|[a-z]+\d+g)/.test(instanceType) ? "ARM_64" : "x86_64");

/** Families from before the Nitro system, whose network cards hand out no prefixes of IPv6 addresses. */
const beforeNitro = /^(t[12]|m[1-4]|c[134]|cc2|r[34]|i[23]|d2|g2|g3s?|p[23]|x1e?|h1|hs1|f1)\./;

/** Whether pods on such a node can have IPv6 addresses. */
export const supportsIpv6Pods = (instanceType: string): boolean => !beforeNitro.test(instanceType);
