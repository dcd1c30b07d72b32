export { cidrsOf } from "./cidrs";
export { type ClusterChange, clusterChange, isUndecidedChange } from "./connection-changes";
export { type ConnectionMatrix, connectionMatrix, listConnections, type ListedConnection, type ListFilter } from "./connection-list";
export { divergenceList } from "./divergence-list";
export { addressesEnd, connectionsText, endpointEnd, workloadEnd } from "./ends";
export { exposureList } from "./exposure-list";
export * from "./parts";
export * from "./reachability-report";
export * from "./reports";
