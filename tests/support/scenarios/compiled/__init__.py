"""What operations and models read, with the compiled operations and without, to be compared."""
