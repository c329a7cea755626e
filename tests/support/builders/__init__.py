"""What tests put in: values, and things that are stored."""
