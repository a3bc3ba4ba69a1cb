"""Random public identifiers, safe in addresses."""

from __future__ import annotations

import secrets

_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


def new_uid() -> str:
    """Sixteen random characters (79 bits) without look-alikes."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(16))
