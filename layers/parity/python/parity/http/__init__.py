"""Gateway events in, answers out: the only package that knows requests, headers and status codes."""
