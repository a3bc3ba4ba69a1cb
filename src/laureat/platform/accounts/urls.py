"""Addresses of the room."""

from django.urls import path

from laureat.platform.accounts import views

app_name = "accounts"
urlpatterns = [
    path("", views.desk, name="desk"),
    path("profile/", views.profile, name="profile"),
    path("invitation/<str:token>/", views.invitation, name="invitation"),
    path("demo/", views.demo_sign_in, name="demo_sign_in"),
]
