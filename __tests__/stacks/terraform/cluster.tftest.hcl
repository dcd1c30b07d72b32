# The cluster stack, planned and applied against a mocked AWS that offers the version.

mock_provider "aws" {
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_data "aws_eks_cluster_versions" {
    defaults = { cluster_versions = [{ cluster_version = "1.27", version_status = "EXTENDED_SUPPORT" }] }
  }
  mock_data "aws_eks_addon_version" {
    defaults = { version = "v1.20.1-eksbuild.3" }
  }
  mock_data "aws_caller_identity" {
    defaults = { arn = "arn:aws:sts::111122223333:assumed-role/deploy/session" }
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

run "plan" {
  command = plan

  assert {
    condition     = aws_eks_cluster.eks_cluster_55B0C966.version == "1.27"
    error_message = "the cluster has the version that was asked for"
  }
  assert {
    condition     = jsondecode(aws_eks_addon.vpc-cni_addon_CACAC39C.configuration_values) == { enableNetworkPolicy = "true" }
    error_message = "the CNI enforces NetworkPolicies"
  }
}

run "apply" {
  assert {
    condition = jsondecode(aws_iam_role.vpc-cni_role_E8E127BC.assume_role_policy).Statement[0].Condition.StringEquals == {
      "oidc.eks.us-west-2.amazonaws.com/id/0123456789ABCDEF:sub" = "system:serviceaccount:kube-system:aws-node"
      "oidc.eks.us-west-2.amazonaws.com/id/0123456789ABCDEF:aud" = "sts.amazonaws.com"
    }
    error_message = "only aws-node may take the CNI's role"
  }
  assert {
    condition     = jsondecode(aws_iam_role.vpc-cni_role_E8E127BC.assume_role_policy).Statement[0].Principal.Federated == aws_iam_openid_connect_provider.eks_identity-provider_D0981EE8.arn
    error_message = "the CNI's role trusts the cluster's identity provider"
  }
  assert {
    condition     = aws_eks_addon.vpc-cni_addon_CACAC39C.service_account_role_arn == aws_iam_role.vpc-cni_role_E8E127BC.arn
    error_message = "the add-on uses the role made for it"
  }
  assert {
    condition     = aws_eks_access_policy_association.admin_administrator_DF9E72EB.principal_arn == "arn:aws:iam::111122223333:role/deploy"
    error_message = "the deployer's role administers the cluster, not its session"
  }
}
