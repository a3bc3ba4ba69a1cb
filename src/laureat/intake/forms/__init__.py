"""Checks what people type."""
