"""Addresses of the room."""

from django.urls import path

from laureat.platform.mail import views

app_name = "mail"
urlpatterns = [
    path("", views.outbox, name="outbox"),
    path("<str:uid>/", views.message, name="message"),
    path("<str:uid>/resend/", views.resend, name="resend"),
    path("<str:uid>/cancel/", views.cancel, name="cancel"),
    path("<str:uid>/files/<str:file>/", views.attachment, name="attachment"),
]
