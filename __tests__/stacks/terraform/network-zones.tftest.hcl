# A region with two zones, when three are wanted: the plan must fail.

mock_provider "aws" {
  mock_data "aws_availability_zones" {
    defaults = { names = ["us-west-2a", "us-west-2b"] }
  }
}

run "plan" {
  command = plan
}
