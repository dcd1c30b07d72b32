/** Syntax of names, as apimachinery checks it. Every function answers what is wrong, or undefined. */

type Problem = string | undefined;

const dnsLabel = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const dnsSubdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** Names of most objects (RFC 1123 subdomain). */
export function subdomainProblem(name: string): Problem {
  if (name.length > 253) return "must have at most 253 characters";
  if (!dnsSubdomain.test(name)) return "must be lower-case letters, digits, `-` and `.`, beginning and ending with a letter or digit";
  return undefined;
}

/** Names of namespaces and Services (RFC 1123 label). */
export function dnsLabelProblem(name: string): Problem {
  if (name.length > 63) return "must have at most 63 characters";
  if (!dnsLabel.test(name)) return "must be lower-case letters, digits and `-`, beginning and ending with a letter or digit";
  return undefined;
}

/** Names of ports (IANA service name). */
export function portNameProblem(name: string): Problem {
  if (name.length > 15) return "must have at most 15 characters";
  if (!/^[-a-z0-9]+$/.test(name)) return "must be lower-case letters, digits and `-`";
  if (!/[a-z]/.test(name)) return "must have a letter; write a port number without quotes";
  if (name.includes("--")) return "must not have `--`";
  if (name.startsWith("-") || name.endsWith("-")) return "must not begin or end with `-`";
  return undefined;
}

/** Numbers of ports. */
export function portNumberProblem(port: number): Problem {
  return Number.isInteger(port) && port >= 1 && port <= 65535 ? undefined : "must be between 1 and 65535";
}
