import { addressIn } from "./ipv4-cidr";

/** The range EKS gives to Services: the one of its two that a VPC cannot contain. */
export const serviceCidr = (vpcCidr: string): string => (vpcCidr.startsWith("10.") ? "172.20.0.0/16" : "10.100.0.0/16");

/** The Service address of the Kubernetes API, always the first of the range. */
export const apiServerAddress = (vpcCidr: string): string => `${addressIn(serviceCidr(vpcCidr), 1)}/32`;

/** Where names are looked up from within a VPC: its third address, and one that is the same in every VPC. */
export const resolverAddresses = (vpcCidr: string): readonly string[] => [`${addressIn(vpcCidr, 2)}/32`, "169.254.169.253/32"];
