"""Stories that tests play through."""
