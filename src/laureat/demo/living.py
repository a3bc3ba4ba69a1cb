"""Editions under way, so that every sign-in has something to do."""

from __future__ import annotations


def prize_in_progress() -> None:
    """later"""


def session_to_vote() -> None:
    """later"""


def open_intake() -> None:
    """later"""
