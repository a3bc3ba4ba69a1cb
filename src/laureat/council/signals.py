"""What other rooms may listen to."""

from django.dispatch import Signal

decisions_published = Signal()
"""Sent inside the transaction that publishes a session; `session` and `carried` (the list of its
carried motions that give an honour to an entry that still takes part)."""
