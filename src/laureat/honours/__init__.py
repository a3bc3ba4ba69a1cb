"""Titles under caps and quotas, diplomas, emblem rights."""
