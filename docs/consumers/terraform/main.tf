# With ../profile/config as ~/.aws/config. The state's backend is configured apart from the provider,
# so the profile stands twice.
terraform {
  backend "s3" {
    bucket  = "my-terraform-state"
    key     = "deploy.tfstate"
    region  = "ap-northeast-2"
    profile = "deploy"
  }
}

provider "aws" {
  region  = "ap-northeast-2"
  profile = "deploy"
}
