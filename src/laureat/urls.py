"""The front door: every room hangs its pages here. Russian at /, English at /en/."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

handler403 = "laureat.platform.ui.views.forbidden"
handler404 = "laureat.platform.ui.views.not_found"
handler500 = "laureat.platform.ui.views.server_error"

urlpatterns = i18n_patterns(
    path("", include("laureat.showcase.urls")),
    path("account/", include("laureat.platform.accounts.urls")),
    path("account/", include("allauth.urls")),
    path("design/", include("laureat.platform.ui.urls")),
    path("rules/", include("laureat.rulebook.urls")),
    path("ledger/", include("laureat.ledger.urls")),
    path("registry/", include("laureat.registry.urls")),
    path("letters/", include("laureat.outreach.urls")),
    path("people/", include("laureat.platform.access.urls")),
    path("mail/", include("laureat.platform.mail.urls")),
    path("entries/", include("laureat.intake.urls")),
    path("assessment/", include("laureat.assessment.urls")),
    path("council/", include("laureat.council.urls")),
    path("honours/", include("laureat.honours.urls")),
    path("feedback/", include("laureat.feedback.urls")),
    prefix_default_language=False,
)
