"""The HTTP side: the only part that knows requests, responses, headers and status codes."""
