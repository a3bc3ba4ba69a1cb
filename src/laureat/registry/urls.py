"""Addresses of the room."""

from django.urls import path

from laureat.registry import views

app_name = "registry"
urlpatterns = [
    path("", views.organisations, name="organisations"),
    path("mine/", views.mine, name="mine"),
    path("new/", views.new, name="new"),
    path("known/", views.known, name="known"),
    path("list/", views.enter_list, name="enter_list"),
    path("list/template/", views.list_template, name="list_template"),
    path("doubles/", views.doubles, name="doubles"),
    path("export/", views.export, name="export"),
    path("proposals/", views.proposals, name="proposals"),
    path("proposals/<slug:uid>/", views.proposal, name="proposal"),
    path("goods/<slug:uid>/", views.edit_good, name="edit_good"),
    path("<slug:uid>/", views.organisation, name="organisation"),
    path("<slug:uid>/ask/", views.ask, name="ask"),
    path("<slug:uid>/double/", views.find_double, name="find_double"),
    path("<slug:uid>/merge/<slug:other>/", views.merge, name="merge"),
    path("<slug:uid>/edit/", views.edit, name="edit"),
    path("<slug:uid>/goods/new/", views.new_good, name="new_good"),
    path("<slug:uid>/people/", views.add_representative, name="add_representative"),
    path("<slug:uid>/people/end/", views.end_representative, name="end_representative"),
]
