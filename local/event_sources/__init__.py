"""What Lambda polls for functions: the streams of tables, and queues."""
