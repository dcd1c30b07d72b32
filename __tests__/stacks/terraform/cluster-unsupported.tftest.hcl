# The cluster stack, planned and applied against a mocked AWS that does not offer the version: the plan must fail.

mock_provider "aws" {
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_data "aws_eks_cluster_versions" {
    defaults = { cluster_versions = [] }
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

run "listed_as_unsupported" {
  command = plan

  override_data {
    target = data.aws_eks_cluster_versions.eks_offered_versions_CD98AD48
    values = { cluster_versions = [{ cluster_version = "1.27", version_status = "UNSUPPORTED" }] }
  }

  expect_failures = [aws_eks_cluster.eks_cluster_55B0C966]
}

run "not_listed" {
  command = plan
}
