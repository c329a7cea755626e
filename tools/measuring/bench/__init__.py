"""What operations cost among a thousand customers, and among a million."""
