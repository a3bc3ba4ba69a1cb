"""What kinds of mail about accounts are called."""

from django.utils.translation import gettext_lazy as _

MAIL = {
    "account.invitation": _("Invitation to laureat"),
    "account.account_already_exists": _("Somebody signs up with a known address"),
    "account.email_changed": _("Address changed"),
    "account.email_confirm": _("Address confirmed"),
    "account.email_confirmation": _("Confirmation of an address"),
    "account.email_confirmation_signup": _("Confirmation of an address after signing up"),
    "account.email_deleted": _("Address removed"),
    "account.password_changed": _("Password changed"),
    "account.password_reset": _("Password chosen anew"),
    "account.password_reset_key": _("Link to a new password"),
    "account.password_set": _("Password chosen"),
    "account.recovery_codes_generated": _("New recovery codes"),
    "account.totp_activated": _("Second factor switched on"),
    "account.totp_deactivated": _("Second factor switched off"),
    "account.unknown_account": _("Unknown address asks for a password"),
    "account.webauthn_added": _("Passkey added"),
    "account.webauthn_removed": _("Passkey removed"),
}
