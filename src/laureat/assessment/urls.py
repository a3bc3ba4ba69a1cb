"""Addresses of the room."""

from django.urls import path

from laureat.assessment.views import (
    assessors,
    books,
    judging,
    mine,
    results,
    staffing,
    stages,
    tastings,
    teams,
)

app_name = "assessment"
urlpatterns = [
    # the assessor
    path("", mine.mine, name="mine"),
    path("assignments/<slug:uid>/", mine.assignment, name="assignment"),
    path("assignments/<slug:uid>/start/", mine.start, name="start"),
    path("tastings/<slug:stage>/answer/", tastings.answer, name="tasting_answer"),
    path("entries/<slug:uid>/", mine.material, name="material"),
    path("entries/<slug:uid>/files/<slug:file>/", mine.file, name="file"),
    # scorebooks
    path("scorebooks/<slug:uid>/", books.scorebook, name="scorebook"),
    path("scorebooks/<slug:uid>/parts/<str:part>/", books.part, name="part"),
    path("scorebooks/<slug:uid>/sheet/", tastings.sheet, name="tasting"),
    path("scorebooks/<slug:uid>/sign/", books.sign, name="sign"),
    path("scorebooks/<slug:uid>/reopen/", books.reopen, name="reopen"),
    # teams
    path("teams/<slug:stage>/<slug:entry>/", teams.team, name="team"),
    path("teams/<slug:stage>/<slug:entry>/consensus/", teams.consensus, name="consensus"),
    path("teams/<slug:stage>/<slug:entry>/visit/", teams.visit, name="visit"),
    # the secretary
    path("editions/<slug:uid>/assessors/", assessors.assessors, name="assessors"),
    path("editions/<slug:uid>/assessors/new/", assessors.enrol, name="enrol"),
    path("editions/<slug:uid>/conflicts/", assessors.conflicts, name="conflicts"),
    path("assessors/<slug:uid>/", assessors.assessor, name="assessor"),
    path("stages/<slug:uid>/", stages.stage, name="stage"),
    path("stages/<slug:uid>/teams/", staffing.teams, name="teams"),
    path("stages/<slug:uid>/teams/proposal/", staffing.proposal, name="proposal"),
    path("stages/<slug:uid>/samples/", stages.samples, name="samples"),
    path("stages/<slug:uid>/results/", results.results, name="results"),
    path("stages/<slug:uid>/results/export/", results.export, name="export"),
    path("stages/<slug:uid>/results/ratings/", results.ratings, name="ratings"),
    path("stages/<slug:uid>/results/report/", results.report, name="report"),
    path("stages/<slug:uid>/judging/", judging.judging, name="judging"),
]
