"""The local cloud: runs the real template on one machine, without Docker and without an AWS account."""
