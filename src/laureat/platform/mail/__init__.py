"""Outgoing mail as a table: it leaves after commit, and everybody can see what became of it."""
