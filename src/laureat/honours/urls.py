"""Addresses of the room."""

from django.urls import URLPattern

app_name = "honours"
urlpatterns: list[URLPattern] = []
