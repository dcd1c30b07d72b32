export * from "./cluster";
export * from "./cluster-policy";
export * from "./flow";
export * from "./label-selector";
export * from "./location";
export * from "./network-policy";
export * from "./port";
export * from "./unknown";
