/** Where an instance answers who it is, and hands out its role's credentials. */
export const metadataAddresses = ["169.254.169.254", "fd00:ec2::254"] as const;
