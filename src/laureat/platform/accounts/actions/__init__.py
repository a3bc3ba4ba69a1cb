"""What people do with their accounts."""

from laureat.platform.accounts.actions.erasing import (
    Asked,
    ask_erasure,
    erase_person,
    take_back_erasure,
)
from laureat.platform.accounts.actions.people import (
    INVITATION_LASTS,
    LANGUAGES,
    accept_invitation,
    agree,
    change_profile,
    checked_email,
    follow_address,
    invitation_link,
    invited_person,
    open_door,
    register_person,
    reset_second_factor,
    send_invitation,
    sign_up,
)

__all__ = [
    "INVITATION_LASTS",
    "LANGUAGES",
    "Asked",
    "accept_invitation",
    "agree",
    "ask_erasure",
    "change_profile",
    "checked_email",
    "erase_person",
    "follow_address",
    "invitation_link",
    "invited_person",
    "open_door",
    "register_person",
    "reset_second_factor",
    "send_invitation",
    "sign_up",
    "take_back_erasure",
]
