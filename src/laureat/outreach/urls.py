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
    path("<slug:uid>/making/", views.making, name="making"),
    path("<slug:uid>/stop/", views.stop, name="stop"),
    path("<slug:uid>/send/", views.send, name="send"),
    path("<slug:uid>/resend/", views.resend_failed, name="resend_failed"),
    path("<slug:uid>/discard/", views.discard, name="discard"),
    path("<slug:uid>/progress/", views.progress, name="progress"),
    re_path(r"^(?P<uid>[-\w]+)/letters-(?P<kind>pdf|docx)\.zip$", views.archive, name="archive"),
    re_path(r"^(?P<uid>[-\w]+)/list\.(?P<kind>xlsx|csv)$", views.table, name="table"),
    re_path(
        r"^letter/(?P<uid>[-\w]+)/letter\.(?P<kind>pdf|docx)$", views.document, name="document"
    ),
    path("letter/<slug:uid>/addressee/", views.addressee, name="addressee"),
    path("letter/<slug:uid>/withdraw/", views.withdraw, name="withdraw"),
    path("letter/<slug:uid>/resend/", views.resend, name="resend"),
]
