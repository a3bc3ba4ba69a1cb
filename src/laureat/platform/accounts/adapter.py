"""Ties allauth to laureat: account mail goes through the outbox, language follows the account."""

from __future__ import annotations

from typing import Any, TypeVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal import ratelimit
from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import translate_url
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from laureat.platform.accounts import actions, limits
from laureat.platform.accounts.models import User
from laureat.platform.i18n.content import current

R = TypeVar("R", bound=HttpResponseBase)


def signing_in(request: HttpRequest | None, credentials: dict[str, Any] | None = None) -> str:
    """The address that somebody tries to sign in with (django-axes counts failures by it)."""
    said = credentials or {}
    name = said.get("email") or said.get("username") or said.get("login")
    if not name and request is not None:
        name = request.POST.get("login", "")
    return str(name or "").strip().lower()


def keep_language(response: R, language: str) -> R:
    """Remember the language in a cookie, and go to the page in that language."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=365 * 24 * 3600,
        secure=bool(settings.SESSION_COOKIE_SECURE),
        samesite="Lax",
    )
    target = response.headers.get("Location", "")
    if target.startswith("/"):
        response.headers["Location"] = translate_url(target, language)
    return response


class AccountAdapter(DefaultAccountAdapter):
    """Queues account mail instead of sending it inside the request."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "too_many_login_attempts": _(
            "Too many tries to sign in came from your network within a minute. Wait a minute and "
            "try again."
        ),
        "too_many_wrong_passwords": _(
            "Too many wrong passwords for this address came from different networks. Wait five "
            "minutes, or choose a new password: that opens the door at once."
        ),
    }

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Haste from one network is stopped here, and one account that is tried from many.

        Wrong passwords for one account from one address are counted by django-axes, whose page
        says how long the door stays closed and what opens it: what it stops is not counted again.
        """
        here = ratelimit.consume(request, app="allauth.account", action="wrong_passwords")
        if not here:
            raise self.validation_error("too_many_login_attempts")
        self._login_failed_rl_usage = here
        if not AxesProxyHandler.is_allowed(request, credentials):
            return
        account = limits.count_password(request, signing_in(request, credentials))
        if not account:
            raise self.validation_error("too_many_wrong_passwords")
        here.usage += account.usage

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Put the message into the outbox, in the language of the person it is for."""
        from laureat.platform.mail import actions as mail  # noqa: PLC0415 - apps are loading

        user = context.get("user")
        known = isinstance(user, User) and user.pk is not None
        language = user.language if isinstance(user, User) and known else current()
        with override(language):
            message = self.render_mail(template_prefix, email, {**context, "email": email})
        mail.queue(
            to=email,
            kind="account." + template_prefix.rsplit("/", 1)[-1],
            subject=str(message.subject),
            body=str(message.body),
            user=user if known else None,
            language=language,
        )

    def send_notification_mail(
        self,
        template_prefix: str,
        user: Any,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tell about a change of the account, by name and in the language of its owner."""
        super().send_notification_mail(
            template_prefix, user, {**(context or {}), "user": user}, email
        )

    def format_email_subject(self, subject: str) -> str:
        """As it is written, without the name of the site before it."""
        return subject

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        """Go on in the language of the account."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        return keep_language(response, user.language)

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        """Who signs up is kept by the action, with the name that documents will carry."""
        user = super().save_user(request, user, form, commit=False)
        if not commit:
            return user
        return actions.sign_up(
            user,
            name=form.cleaned_data["name"],
            language=current(),
            consent=form.cleaned_data["consent"],
        )

    def populate_username(self, request: Any, user: Any) -> None:
        """People have no user names."""
