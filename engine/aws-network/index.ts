/** What an AWS network does with the traffic of pods, beside their policies. Start with `awsNetwork`. */
export { alikeAddresses } from "./alike-addresses";
export { type AwsNetwork, awsNetwork, vpcAddresses } from "./aws-network";
export { type AwsServiceAnswer, commonServices, podToAwsService } from "./aws-services";
export { type AwsLayer, awsLayers, type Check, type Ground, type MatchedRule } from "./checks";
export { coveredSubnets, type CoveredSubnet } from "./covered-subnets";
export { answerOf, type Hop, type NetworkAnswer, outcomeAt, overHop } from "./hops";
export { podToInternet } from "./internet-egress";
export { internetToNode, internetToPod, nodePorts } from "./internet-ingress";
export { type LayerAnswer, type LayerQuestion, layersOf, sampleOf } from "./layers";
export { internetToLoadBalancer, type LoadBalancerAnswer } from "./load-balancers";
export { denyingRule, type NetworkAcl } from "./network-acls";
export type { PodPlace } from "./pod-places";
export { podRanges, privateRanges } from "./pod-ranges";
export { typeInAddress } from "./resource-index";
export { podToPod } from "./pod-to-pod";
export { kindOfSubnet, type SubnetKind } from "./subnet-kind";
export type { Subnet, Vpc } from "./subnets";
