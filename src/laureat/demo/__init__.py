"""Plays whole seasons through the actions."""
