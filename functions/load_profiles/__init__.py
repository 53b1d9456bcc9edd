"""The Lambda function load_profiles."""
