# The network stack of the hardened profile, applied against a mocked AWS.

mock_provider "aws" {
  mock_data "aws_availability_zones" {
    defaults = { names = ["us-west-2a", "us-west-2b", "us-west-2c"] }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws", dns_suffix = "amazonaws.com" }
  }
  mock_data "aws_caller_identity" {
    defaults = { account_id = "111122223333" }
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
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:us-west-2:111122223333:log-group:/aws/vpc/netpol/flow-logs" }
  }
}

run "apply" {
  assert {
    condition = jsondecode(aws_iam_role.flow-logs_role_705BB6A4.assume_role_policy).Statement[0].Condition == {
      StringEquals = { "aws:SourceAccount" = "111122223333" }
      ArnLike      = { "aws:SourceArn" = "arn:aws:ec2:us-west-2:111122223333:vpc-flow-log/*" }
    }
    error_message = "only flow logs of this account and region take the role"
  }
  assert {
    condition     = jsondecode(aws_kms_key.flow-logs_encryption_key_5FEEC800.policy).Statement[1].Principal.Service == "logs.us-west-2.amazonaws.com"
    error_message = "CloudWatch of this region uses the key"
  }
  assert {
    condition     = jsondecode(aws_kms_key.flow-logs_encryption_key_5FEEC800.policy).Statement[1].Condition.ArnEquals["kms:EncryptionContext:aws:logs:arn"] == ["arn:aws:logs:us-west-2:111122223333:log-group:/aws/vpc/netpol/flow-logs"]
    error_message = "the key is for the log group of the flow logs"
  }
  assert {
    condition     = jsondecode(aws_kms_key.flow-logs_encryption_key_5FEEC800.policy).Statement[0].Principal.AWS == "arn:aws:iam::111122223333:root"
    error_message = "the account decides who else uses the key"
  }
}
