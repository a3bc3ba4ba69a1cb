"""Panels, sessions, ballots, decisions, minutes."""
