"""What is reported, reserved, reset, shown and alerted on."""
