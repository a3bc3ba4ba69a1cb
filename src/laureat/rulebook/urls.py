"""Addresses of the room."""

from django.urls import path

from laureat.rulebook import views

app_name = "rulebook"
urlpatterns = [
    path("", views.awards, name="awards"),
    path("upload/", views.upload, name="upload"),
    path("<str:award>/<str:key>/", views.edition, name="edition"),
    path("<str:award>/<str:key>/compare/<str:other>/", views.compare, name="compare"),
    path("<str:award>/<str:key>/<str:content_hash>.json", views.document, name="document"),
]
