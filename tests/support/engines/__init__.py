"""What is started for real: the engine, interpreters, a browser, the client library."""
