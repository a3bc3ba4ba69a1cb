"""Private, content-addressed files."""
