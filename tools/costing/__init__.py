"""What operations, an idle stack and a month cost: measured amounts times listed prices (`make cost`)."""
