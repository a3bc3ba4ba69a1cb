"""Addresses of the room."""

from django.urls import path

from laureat.ledger import views

app_name = "ledger"
urlpatterns = [
    path("", views.chains, name="chains"),
    path("<slug:award>/<str:edition>/", views.chain, name="chain"),
    path("<slug:award>/<str:edition>/export/", views.export, name="export"),
]
