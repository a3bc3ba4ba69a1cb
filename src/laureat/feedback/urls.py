"""Addresses of the room."""

from django.urls import path

from laureat.feedback import views

app_name = "feedback"
urlpatterns = [
    path("edition/<slug:uid>/", views.overview, name="list"),
    path("edition/<slug:uid>/make/", views.make, name="make"),
    path("edition/<slug:uid>/release/", views.release, name="release"),
    path("edition/<slug:uid>/questions/", views.edition_questions, name="edition_questions"),
    path("questions/<slug:uid>/", views.entry_questions, name="questions"),
    path("question/<slug:uid>/answer/", views.answer, name="answer"),
    path("question/<slug:uid>/panel/", views.to_panel, name="to_panel"),
    path("question/<slug:uid>/file/", views.question_file, name="question_file"),
    path("question/<slug:uid>/answer/file/", views.answer_file, name="answer_file"),
    path("entry/<slug:uid>/", views.of_entry, name="entry"),
    path("<slug:uid>/", views.report, name="report"),
    path("<slug:uid>/report.pdf", views.pdf, name="pdf"),
    path("<slug:uid>/edit/", views.edit, name="edit"),
]
