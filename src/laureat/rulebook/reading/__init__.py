"""Rulebooks for readers: sentences, the calendar as a drawing, the page of an edition."""
