# The cluster stack with every option, applied against a mocked AWS that offers the version.

mock_provider "aws" {
  mock_data "aws_partition" {
    defaults = { partition = "aws", dns_suffix = "amazonaws.com" }
  }
  mock_data "aws_eks_cluster_versions" {
    defaults = { cluster_versions = [{ cluster_version = "1.35", version_status = "STANDARD_SUPPORT" }] }
  }
  mock_data "aws_eks_addon_version" {
    defaults = { version = "v1.20.1-eksbuild.3" }
  }
  mock_data "aws_caller_identity" {
    defaults = { account_id = "111122223333", arn = "arn:aws:sts::111122223333:assumed-role/deploy/session" }
  }
  mock_data "aws_iam_session_context" {
    defaults = { issuer_arn = "arn:aws:iam::111122223333:role/deploy" }
  }
  mock_resource "aws_eks_cluster" {
    defaults = {
      arn                   = "arn:aws:eks:us-west-2:111122223333:cluster/netpol"
      endpoint              = "https://0123456789ABCDEF.gr7.us-west-2.eks.amazonaws.com"
      certificate_authority = [{ data = "Y2VydGlmaWNhdGU=" }]
      identity              = [{ oidc = [{ issuer = "https://oidc.eks.us-west-2.amazonaws.com/id/0123456789ABCDEF" }] }]
    }
  }
  mock_resource "aws_iam_openid_connect_provider" {
    defaults = { arn = "arn:aws:iam::111122223333:oidc-provider/oidc.eks.us-west-2.amazonaws.com/id/0123456789ABCDEF" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::111122223333:role/mocked" }
  }
  mock_resource "aws_iam_policy" {
    defaults = { arn = "arn:aws:iam::111122223333:policy/mocked" }
  }
  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:us-west-2:111122223333:key/mocked", key_id = "mocked" }
  }
  mock_resource "aws_launch_template" {
    defaults = { id = "lt-0123456789abcdef0", latest_version = 1 }
  }
}

override_data {
  target = data.terraform_remote_state.cross-stack-reference-input-network
  values = {
    outputs = {
      cross-stack-output-aws_subnetprivate_subnet-0_329F4499id = "subnet-0a"
      cross-stack-output-aws_subnetprivate_subnet-1_EFDC43EEid = "subnet-0b"
      cross-stack-output-aws_subnetprivate_subnet-2_DB82FC4Aid = "subnet-0c"
    }
  }
}

run "apply" {
  assert {
    condition = jsondecode(aws_eks_addon.vpc-cni_addon_CACAC39C.configuration_values) == {
      enableNetworkPolicy = "true"
      nodeAgent           = { enablePolicyEventLogs = "true", enableCloudWatchLogs = "true" }
      env                 = { NETWORK_POLICY_ENFORCING_MODE = "strict" }
    }
    error_message = "the CNI enforces NetworkPolicies strictly, and logs what it decides"
  }
  assert {
    condition = jsondecode(aws_iam_role.vpc-cni_role_E8E127BC.assume_role_policy).Statement[0].Condition.StringEquals == {
      "aws:RequestTag/kubernetes-namespace"       = "kube-system"
      "aws:RequestTag/kubernetes-service-account" = "aws-node"
      "aws:RequestTag/eks-cluster-arn"            = "arn:aws:eks:us-west-2:111122223333:cluster/netpol"
    }
    error_message = "only aws-node of this cluster may take the CNI's role"
  }
  assert {
    condition     = one(aws_eks_addon.vpc-cni_addon_CACAC39C.pod_identity_association).service_account == "aws-node"
    error_message = "the add-on gets its role by Pod Identity"
  }
  assert {
    condition     = jsondecode(aws_iam_policy.vpc-cni_event-logs_policy_34D1243D.policy).Statement[1].Resource[1] == "arn:aws:logs:us-west-2:111122223333:log-group:/aws/eks/netpol/cluster:*"
    error_message = "event logs go to the cluster's log group"
  }
  assert {
    condition     = jsondecode(aws_iam_policy.eks_key-use_policy_9461A4A5.policy).Statement[0].Resource == ["arn:aws:kms:us-west-2:111122223333:key/mocked"]
    error_message = "the control plane may use the one key"
  }
  assert {
    condition     = jsondecode(aws_kms_key.eks_encryption_key_FB4E551D.policy).Statement[1].Condition.ArnEquals["kms:EncryptionContext:aws:logs:arn"] == ["arn:aws:logs:us-west-2:111122223333:log-group:/aws/eks/netpol/cluster"]
    error_message = "the key is for the cluster's log group"
  }
  assert {
    condition     = one(aws_eks_cluster.eks_cluster_55B0C966.encryption_config).provider[0].key_arn == "arn:aws:kms:us-west-2:111122223333:key/mocked"
    error_message = "secrets are encrypted with the key"
  }
}
