"""Pages of panels and their sessions."""
