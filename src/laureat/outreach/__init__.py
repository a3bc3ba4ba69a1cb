"""Letters to the list."""
