# The network stack, planned and applied against a mocked AWS.

mock_provider "aws" {
  mock_data "aws_availability_zones" {
    defaults = { names = ["us-west-2a", "us-west-2b", "us-west-2c"] }
  }
}

run "plan" {
  command = plan

  assert {
    condition     = aws_subnet.private_subnet-2_DB82FC4A.availability_zone == "us-west-2c"
    error_message = "each zone has a private subnet of its own"
  }
}

run "apply" {
  assert {
    condition     = aws_route.private_nat-2_98D4C4F4.nat_gateway_id == aws_nat_gateway.nat_gateway-0_36706FE1.id
    error_message = "every zone leaves by the one NAT gateway"
  }
  assert {
    condition     = length(aws_default_security_group.default-security-group.ingress) + length(aws_default_security_group.default-security-group.egress) == 0
    error_message = "the default security group has no rule"
  }
}
