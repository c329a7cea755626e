"""What stands in for the world outside: gateways, event sources, tables and their faults."""
