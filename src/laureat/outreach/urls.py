"""Addresses of the room."""

from django.urls import path, re_path

from laureat.outreach import views

app_name = "outreach"
urlpatterns = [
    path("", views.campaigns, name="campaigns"),
    path("new/", views.new, name="new"),
    path("new/preview/", views.preview, name="preview"),
    path("<slug:uid>/", views.campaign, name="campaign"),
    path("<slug:uid>/make/", views.make, name="make"),
    path("<slug:uid>/send/", views.send, name="send"),
    re_path(
        r"^letter/(?P<uid>[-\w]+)/letter\.(?P<kind>pdf|docx)$", views.document, name="document"
    ),
    path("letter/<slug:uid>/addressee/", views.addressee, name="addressee"),
    path("letter/<slug:uid>/withdraw/", views.withdraw, name="withdraw"),
    path("letter/<slug:uid>/resend/", views.resend, name="resend"),
]
