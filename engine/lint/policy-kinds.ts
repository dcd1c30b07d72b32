/** The kinds of objects that decide about connections. */
export const policyKinds: ReadonlySet<string> = new Set([
  "NetworkPolicy",
  "ClusterNetworkPolicy",
  "AdminNetworkPolicy",
  "BaselineAdminNetworkPolicy",
  "ApplicationNetworkPolicy",
]);
