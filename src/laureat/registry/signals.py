"""What other rooms are told about organisations."""

from __future__ import annotations

from django.dispatch import Signal

organisations_merging = Signal()
"""Sent inside that transaction before the two are locked, with `kept` and `gone` as they were read.

Whoever locks rows that come before an organisation in the order of all locks (edition, stage, entry)
locks those of both here."""

organisations_merged = Signal()
"""Sent inside the transaction that merges two, with `kept` and `gone` (organisations, both locked),
`goods` (primary keys of goods of `gone` that are another's double → the key of that good) and `by`.

Whoever has rows that point at organisations lets those of `gone` point at `kept`, or raises Refused
where both cannot be one; then nothing is merged."""
