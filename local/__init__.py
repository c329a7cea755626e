"""The local cloud: the real template, run on one machine without Docker and without an AWS account."""
