"""Addresses of the room."""

from django.urls import path

from laureat.honours import views

app_name = "honours"
urlpatterns = [
    path("mine/", views.mine, name="mine"),
    path("given/<str:uid>/diploma.pdf", views.diploma, name="diploma"),
    path("given/<str:uid>/decline/", views.decline, name="decline"),
    path("given/<str:uid>/emblem/", views.emblem, name="emblem"),
    path("given/<str:uid>/reissue/", views.reissue, name="reissue"),
    path("given/<str:uid>/revoke/", views.revoke, name="revoke"),
    path("<slug:award>/<str:edition>/", views.edition, name="edition"),
    path("<slug:award>/<str:edition>/issue/", views.issue, name="issue"),
    path("<slug:award>/<str:edition>/diplomas.zip", views.archive, name="diplomas_zip"),
    path("<slug:award>/<str:edition>/honours.xlsx", views.export, name="export"),
]
