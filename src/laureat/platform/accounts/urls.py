"""Addresses of the room."""

from django.urls import path

from laureat.platform.accounts import views

app_name = "accounts"
urlpatterns = [
    path("", views.desk, name="desk"),
    path("profile/", views.profile, name="profile"),
    path("invitation/<str:token>/", views.invitation, name="invitation"),
    path("personal-data/", views.personal_data, name="personal_data"),
    path("consent/", views.consent, name="consent"),
    path("personal-data/export/", views.export_data, name="export_data"),
    path("personal-data/erasure/", views.ask_erasure, name="ask_erasure"),
    path("go-on/", views.go_on, name="go_on"),
    path("people/", views.people, name="people"),
    path("people/<str:uid>/erase/", views.erase, name="erase"),
    path("people/<str:uid>/second-factor/", views.reset_factor, name="reset_factor"),
    path("demo/", views.demo_sign_in, name="demo_sign_in"),
]
