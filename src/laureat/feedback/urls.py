"""Addresses of the room."""

from django.urls import path

from laureat.feedback import views

app_name = "feedback"
urlpatterns = [
    path("edition/<slug:uid>/", views.overview, name="list"),
    path("edition/<slug:uid>/make/", views.make, name="make"),
    path("edition/<slug:uid>/release/", views.release, name="release"),
    path("entry/<slug:uid>/", views.of_entry, name="entry"),
    path("<slug:uid>/", views.report, name="report"),
    path("<slug:uid>/report.pdf", views.pdf, name="pdf"),
    path("<slug:uid>/edit/", views.edit, name="edit"),
]
