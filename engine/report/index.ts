export * from "./parts";
export * from "./reachability-report";
export * from "./reports";
