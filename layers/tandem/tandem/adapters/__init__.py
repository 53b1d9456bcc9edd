"""The core's ports on AWS: every boto3 call is here, and AWS error codes are translated here, once."""
