# The network stack of an IPv6 cluster, applied against a mocked AWS.

mock_provider "aws" {
  mock_data "aws_availability_zones" {
    defaults = { names = ["us-west-2a", "us-west-2b", "us-west-2c"] }
  }
  mock_resource "aws_vpc" {
    defaults = { ipv6_cidr_block = "2600:1f14:aaaa:bb00::/56" }
  }
}

run "apply" {
  assert {
    condition     = aws_subnet.private_subnet-2_DB82FC4A.ipv6_cidr_block == "2600:1f14:aaaa:bb02::/64"
    error_message = "private subnets have the first ranges"
  }
  assert {
    condition     = aws_subnet.public_subnet-0_5E376460.ipv6_cidr_block == "2600:1f14:aaaa:bbf0::/64"
    error_message = "public subnets have ranges that no private subnet has"
  }
  assert {
    condition     = aws_vpc.vpc.assign_generated_ipv6_cidr_block
    error_message = "the VPC has IPv6 addresses"
  }
}
