"""Addresses of the room."""

from django.urls import path

from laureat.intake import views

app_name = "intake"
urlpatterns = [
    path("", views.mine, name="mine"),
    path("apply/<str:uid>/", views.apply, name="apply"),
    path("apply/<str:uid>/start/", views.start, name="start"),
    path("receipts/<str:uid>/", views.verify, name="verify"),
    path("invitations/<str:uid>/", views.invitation, name="invitation"),
    path("edition/<str:uid>/", views.edition, name="edition"),
    path("edition/<str:uid>/entries/", views.entries, name="entries"),
    path("edition/<str:uid>/entries.xlsx", views.export, name="export"),
    path("edition/<str:uid>/move/", views.move_edition, name="move_edition"),
    path("stage/<str:uid>/move/", views.move_stage, name="move_stage"),
    path("stage/<str:uid>/dates/", views.dates, name="dates"),
    path("stage/<str:uid>/checks/", views.checks, name="checks"),
    path("stage/<str:uid>/checks/all/", views.pass_all, name="pass_all"),
    path("stage/<str:uid>/checks/close/", views.close, name="close"),
    path("stage/<str:uid>/checks/<str:entry>/", views.check, name="check"),
    path("stage/<str:uid>/checks/<str:entry>/<str:key>/", views.protocol, name="protocol"),
    path("<str:uid>/", views.entry, name="entry"),
    path("<str:uid>/form/", views.form, name="form"),
    path("<str:uid>/form/<str:section>/", views.section, name="section"),
    path("<str:uid>/conditions/", views.conditions, name="conditions"),
    path("<str:uid>/review/", views.review, name="review"),
    path("<str:uid>/colleagues/", views.colleagues, name="colleagues"),
    path("<str:uid>/receipt/", views.receipt, name="receipt"),
    path("<str:uid>/receipt.pdf", views.receipt_pdf, name="receipt_pdf"),
    path("<str:uid>/withdraw/", views.withdraw, name="withdraw"),
    path("<str:uid>/reinstate/", views.reinstate, name="reinstate"),
    path("<str:uid>/files/<str:attachment>/", views.file, name="file"),
]
