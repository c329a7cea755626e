"""API keys and customer tokens: who may call what."""
