"""Addresses of the room."""

from django.urls import path

from laureat.platform.access import views

app_name = "access"
urlpatterns = [
    path("", views.editions, name="editions"),
    path("<str:award>/<str:edition>/", views.people, name="people"),
    path("<str:award>/<str:edition>/end/", views.end, name="end"),
    path("<str:award>/<str:edition>/invite-again/", views.invite_again, name="invite_again"),
]
