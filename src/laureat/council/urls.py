"""Addresses of the room."""

from django.urls import path

from laureat.council.views import leading, lists, member, minutes, motions, panels, people

app_name = "council"
urlpatterns = [
    path("<slug:award>/<str:edition>/panels/", panels.panels, name="panels"),
    path("<slug:award>/<str:edition>/panels/make/", panels.make, name="make_panels"),
    path("panels/<str:uid>/seat/", panels.seat, name="seat"),
    path("seats/<int:pk>/unseat/", panels.unseat, name="unseat"),
    path("stage/<str:uid>/", lists.stage, name="stage"),
    path("stage/<str:uid>/plan/", lists.plan, name="plan"),
    path("session/<str:uid>/", member.session, name="session"),
    path("session/<str:uid>/live/", member.live, name="live"),
    path("session/<str:uid>/vote/", member.vote, name="vote"),
    path("session/<str:uid>/ballot/", member.ballot, name="ballot"),
    path("session/<str:uid>/session.ics", people.calendar, name="calendar"),
    path("session/<str:uid>/entry/<str:entry>/", member.dossier, name="dossier"),
    path("session/<str:uid>/entry/<str:entry>/recuse/", member.recuse, name="recuse"),
    path("session/<str:uid>/lead/", leading.lead, name="lead"),
    path("session/<str:uid>/move/", leading.move, name="move"),
    path("session/<str:uid>/cancel/", leading.cancel, name="cancel"),
    path("session/<str:uid>/presiding/", people.presiding, name="presiding"),
    path("session/<str:uid>/invite/", people.invite, name="invite"),
    path("guests/<int:pk>/uninvite/", people.uninvite, name="uninvite"),
    path("session/<str:uid>/attendance/", leading.attendance, name="attendance"),
    path("session/<str:uid>/propose/", leading.propose, name="propose"),
    path("session/<str:uid>/open/", leading.open_, name="open"),
    path("session/<str:uid>/count/", leading.count, name="count"),
    path("session/<str:uid>/close/", leading.close, name="close"),
    path("session/<str:uid>/reopen/", leading.reopen, name="reopen"),
    path("session/<str:uid>/publish/", leading.publish, name="publish"),
    path("session/<str:uid>/add/", motions.add, name="add_motion"),
    path(
        "session/<str:uid>/recuse-member/<int:seat>/", motions.recuse_member, name="recuse_member"
    ),
    path("session/<str:uid>/minutes/", minutes.preview, name="minutes"),
    path("session/<str:uid>/minutes.pdf", minutes.pdf, name="minutes_pdf"),
    path("session/<str:uid>/papers.pdf", minutes.papers, name="papers"),
    path("session/<str:uid>/minutes/approve/", minutes.approve, name="approve_minutes"),
    path("session/<str:uid>/minutes/send-back/", minutes.send_back, name="return_minutes"),
    path("session/<str:uid>/minutes/sign/", minutes.sign, name="sign_minutes"),
    path("motion/<str:uid>/", motions.motion, name="motion"),
    path("motion/<str:uid>/order/", motions.order, name="order"),
]
