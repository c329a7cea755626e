"""What happened to a customer: each change once, with who made it."""
