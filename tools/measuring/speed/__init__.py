"""How many requests a second the local cloud answers, and who spends the CPU."""
