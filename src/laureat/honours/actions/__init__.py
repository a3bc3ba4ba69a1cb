"""Granting, publishing, declining and revoking honours; diplomas and emblem rights."""

from laureat.honours.actions.declining import decline
from laureat.honours.actions.diplomas import issue_diplomas
from laureat.honours.actions.granting import grant, publish_honours, receive_decisions
from laureat.honours.actions.licences import (
    remind_of_licences,
    renew_licence,
    withdraw_licence,
    years_later,
)
from laureat.honours.actions.reissuing import reissue_diploma
from laureat.honours.actions.revoking import revoke

__all__ = [
    "decline",
    "grant",
    "issue_diplomas",
    "publish_honours",
    "receive_decisions",
    "reissue_diploma",
    "remind_of_licences",
    "renew_licence",
    "revoke",
    "withdraw_licence",
    "years_later",
]
