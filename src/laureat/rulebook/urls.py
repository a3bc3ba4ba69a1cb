"""Addresses of the room."""

from django.urls import path

from laureat.rulebook import views

app_name = "rulebook"
urlpatterns = [
    path("manage/", views.awards, name="awards"),
    path("manage/upload/", views.upload, name="upload"),
    path("<str:award>/<str:key>/rules/", views.edition, name="edition"),
    path("<str:award>/<str:key>/rules/<str:content_hash>.json", views.document, name="document"),
]
