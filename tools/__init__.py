"""Commands for those who work on Parity or run it: `python -m tools.<name>`."""
