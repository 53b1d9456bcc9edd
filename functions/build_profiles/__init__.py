"""The Lambda function build_profiles."""
