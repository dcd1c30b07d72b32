/** For tests of your own: matchers, clusters from files and texts, and words for expectations. */
export {
  clusterFrom,
  clusterFromSynth,
  clustersFrom,
  clustersFromText,
  type ClusterOptions,
  type LoadedClusters,
  type Sources,
} from "./clusters";
export { netpolMatchers } from "./matchers";
export * from "../engine/expectations/builder";
