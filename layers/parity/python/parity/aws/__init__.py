"""What the code needs of AWS apart from the table: clients, the event bus, stream batches, jobs, logs."""
