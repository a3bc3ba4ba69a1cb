"""Ties allauth to laureat: account mail goes through the outbox."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter

from laureat.platform.accounts.models import User
from laureat.platform.i18n.content import current


class AccountAdapter(DefaultAccountAdapter):
    """Queues account mail instead of sending it inside the request."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Put the rendered message into the outbox."""
        from laureat.platform.mail import actions as mail  # noqa: PLC0415 - apps are loading

        message = self.render_mail(template_prefix, email, context)
        user = context.get("user")
        mail.queue(
            to=email,
            kind=template_prefix.rsplit("/", 1)[-1],
            subject=message.subject,
            body=message.body,
            user=user if isinstance(user, User) else None,
            language=current(),
        )

    def populate_username(self, request: Any, user: Any) -> None:
        """People have no user names."""
