"""Where every address of the site leads in the small world: its arguments, once or several times."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver

from tests.worlds.small_season import World
from tests.worlds.walking import in_language


@dataclass(frozen=True)
class Place:
    """An address with the object it is about."""

    name: str
    on: str
    args: tuple[Any, ...]


def names() -> set[str]:
    """Every named address of the site, allauth's included."""

    def walk(resolver: URLResolver, space: str) -> Iterator[str]:
        for each in resolver.url_patterns:
            if isinstance(each, URLResolver):
                below = f"{space}{each.namespace}:" if each.namespace else space
                yield from walk(each, below)
            else:
                assert isinstance(each, URLPattern)
                assert each.name, f"{each.pattern} has no name"
                yield space + each.name

    return set(walk(get_resolver(), ""))


ENTRIES = ("draft", "other", "judged", "judged-other", "stopped", "deciding", "told", "food")
EDITIONS = ("told", "entering", "judging", "deciding", "goods")


def places(world: World) -> list[Place]:
    """All of them."""
    found = [Place(name, "", ()) for name in _PLAIN]
    for name, one in _ONE.items():
        found += [Place(name, key, args) for key, args in one(world)]
    return found


_PLAIN = [
    "showcase:home",
    "showcase:awards",
    "showcase:register",
    "showcase:register_csv",
    "showcase:register_json",
    "showcase:goods",
    "showcase:check",
    "showcase:statistics",
    "showcase:about",
    "showcase:robots",
    "showcase:sitemap",
    "showcase:security",
    "accounts:desk",
    "accounts:profile",
    "accounts:personal_data",
    "accounts:consent",
    "accounts:export_data",
    "accounts:ask_erasure",
    "accounts:go_on",
    "accounts:people",
    "accounts:demo_sign_in",
    "account_login",
    "account_logout",
    "account_inactive",
    "account_signup",
    "account_reauthenticate",
    "account_email",
    "account_email_verification_sent",
    "account_change_password",
    "account_set_password",
    "account_reset_password",
    "account_confirm_login_code",
    "account_reset_password_from_key_done",
    "account_reset_password_done",
    "mfa_index",
    "mfa_authenticate",
    "mfa_reauthenticate",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "mfa_reauthenticate_webauthn",
    "mfa_login_webauthn",
    "ui:design",
    "rulebook:awards",
    "rulebook:upload",
    "ledger:chains",
    "registry:organisations",
    "registry:mine",
    "registry:new",
    "registry:known",
    "registry:enter_list",
    "registry:list_template",
    "registry:doubles",
    "registry:proposals",
    "registry:export",
    "outreach:campaigns",
    "outreach:new",
    "outreach:preview",
    "access:editions",
    "mail:outbox",
    "intake:mine",
    "assessment:mine",
    "honours:mine",
]

Keyed = list[tuple[str, tuple[Any, ...]]]
Some = Callable[[World], Keyed]


def _editions(*keys: str) -> Some:
    return lambda world: [
        (key, (world[f"edition:{key}"].award.key, world[f"edition:{key}"].key)) for key in keys
    ]


def _uid(*keys: str) -> Some:
    return lambda world: [(key, (world[key].uid,)) for key in keys]


def _edition_uid(*keys: str) -> Some:
    return _uid(*(f"edition:{key}" for key in keys))


def _entry(*keys: str) -> Some:
    return _uid(*(f"entry:{key}" for key in keys))


def _team(*pairs: tuple[str, str]) -> Some:
    return lambda world: [
        (f"{stage} {entry}", (world[stage].uid, world[entry].uid)) for stage, entry in pairs
    ]


_TEAMS = (
    ("stage:judging", "entry:judged"),
    ("stage:judging", "entry:judged-other"),
    ("stage:tasting", "entry:food"),
)
_SESSIONS = ("session:told", "session:closed", "session:planned", "session:regional")

_ONE: dict[str, Some] = {
    "showcase:award": lambda w: [("", (w["edition:told"].award.key,))],
    "showcase:edition": _editions("told", "judging", "deciding", "goods"),
    "showcase:results": _editions("told", "deciding"),
    "showcase:season": _editions("told", "deciding"),
    "showcase:good": _uid("good", "good:food"),
    "showcase:organisation": _uid("organisation", "organisation:other"),
    "showcase:check": lambda w: [("diploma", (w["diploma"].check_code,)), ("wrong", ("abc",))],
    "accounts:invitation": lambda w: [("good", (w["invitation"],)), ("wrong", ("abc",))],
    "accounts:reset_factor": lambda w: [("stranger", (w.people["stranger"].uid,))],
    "accounts:erase": lambda w: [("stranger", (w.people["stranger"].uid,))],
    "account_confirm_email": lambda w: [("wrong", ("abc",))],
    "account_reset_password_from_key": lambda w: [("wrong", ("1", "abc"))],
    "mfa_edit_webauthn": lambda w: [("nobody's", (1,))],
    "mfa_remove_webauthn": lambda w: [("nobody's", (1,))],
    "rulebook:edition": _editions("told", "judging", "prize"),
    "rulebook:compare": lambda w: [
        ("told", ("sandbox", w["edition:told"].key, w["edition:judging"].key))
    ],
    "rulebook:document": lambda w: [
        (
            "told",
            (
                w["edition:told"].award.key,
                w["edition:told"].key,
                w["edition:told"].version.content_hash,
            ),
        )
    ],
    "ledger:chain": _editions("told", "judging", "goods"),
    "ledger:export": _editions("told", "judging", "goods"),
    "registry:proposal": _uid("proposal"),
    "registry:edit_good": _uid("good", "good:food"),
    "registry:organisation": _uid("organisation", "organisation:other"),
    "registry:ask": _uid("organisation"),
    "registry:find_double": _uid("organisation"),
    "registry:merge": lambda w: [
        ("organisation", (w["organisation"].uid, w["organisation:other"].uid))
    ],
    "registry:edit": _uid("organisation", "organisation:other"),
    "registry:new_good": _uid("organisation"),
    "registry:add_representative": _uid("organisation"),
    "registry:end_representative": _uid("organisation"),
    "outreach:campaign": _uid("campaign", "campaign:regional"),
    **{
        f"outreach:{name}": _uid("campaign", "campaign:regional")
        for name in ("make", "making", "stop", "send", "resend_failed", "discard", "progress")
    },
    "outreach:archive": lambda w: [
        ("pdf", (w["campaign"].uid, "pdf")),
        ("docx", (w["campaign"].uid, "docx")),
        ("regional", (w["campaign:regional"].uid, "pdf")),
    ],
    "outreach:table": lambda w: [
        ("xlsx", (w["campaign"].uid, "xlsx")),
        ("csv", (w["campaign"].uid, "csv")),
        ("regional", (w["campaign:regional"].uid, "csv")),
    ],
    "outreach:document": lambda w: [
        ("pdf", (w["letter"].uid, "pdf")),
        ("docx", (w["letter"].uid, "docx")),
    ],
    "outreach:addressee": _uid("letter", "letter:regional"),
    "outreach:withdraw": _uid("letter", "letter:regional"),
    "outreach:resend": _uid("letter", "letter:regional"),
    "access:people": _editions("judging", "goods"),
    "access:end": _editions("judging"),
    "access:invite_again": _editions("judging"),
    "mail:message": _uid("message"),
    "mail:resend": _uid("message"),
    "mail:cancel": _uid("message"),
    "mail:attachment": lambda w: [
        ("", (w["message:letter"].uid, w["message:letter"].attachments.get().uid))
    ],
    "intake:apply": _edition_uid("entering", "judging", "prize"),
    "intake:start": _edition_uid("entering", "judging", "prize"),
    "intake:verify": _entry("judged", "draft"),
    "intake:edition": _edition_uid(*EDITIONS),
    "intake:entries": _edition_uid(*EDITIONS),
    "intake:export": _edition_uid("judging", "goods"),
    "intake:move_edition": _edition_uid("told", "judging"),
    "intake:move_stage": _uid("stage:entering", "stage:tasting"),
    "intake:dates": _uid("stage:entering", "stage:tasting"),
    "intake:checks": _uid("admission"),
    "intake:pass_all": _uid("admission"),
    "intake:close": _uid("admission"),
    "intake:check": lambda w: [("stopped", (w["admission"].uid, w["entry:stopped"].uid))],
    "intake:protocol": lambda w: [
        ("stopped", (w["admission"].uid, w["entry:stopped"].uid, "complete"))
    ],
    "intake:entry": _entry(*ENTRIES),
    "intake:form": _entry("draft", "other", "judged"),
    "intake:section": lambda w: [
        (key, (w[f"entry:{key}"].uid, "practice")) for key in ("draft", "other", "judged")
    ],
    "intake:conditions": _entry("draft"),
    "intake:review": _entry("draft", "other"),
    "intake:colleagues": _entry("draft", "judged"),
    "intake:invitation": _uid("colleague"),
    "intake:receipt": _entry("other", "judged"),
    "intake:receipt_pdf": _entry("other", "judged"),
    "intake:withdraw": _entry("draft", "judged"),
    "intake:reinstate": _entry("stopped"),
    "intake:file": lambda w: [("judged", (w["entry:judged"].uid, w["attachment"].uid))],
    "assessment:assignment": _uid("assignment:accepted", "assignment:asked", "assignment:tasting"),
    "assessment:start": _uid("assignment:accepted", "assignment:asked", "assignment:tasting"),
    "assessment:tasting_answer": _uid("stage:tasting"),
    "assessment:material": _entry("judged", "judged-other", "food"),
    "assessment:file": lambda w: [("judged", (w["entry:judged"].uid, w["attachment"].uid))],
    "assessment:scorebook": _uid("book:signed", "book:draft", "book:other", "book:tasting"),
    "assessment:part": lambda w: [
        (key, (w[key].uid, "idea")) for key in ("book:signed", "book:draft")
    ],
    "assessment:tasting": _uid("book:tasting"),
    "assessment:sign": _uid("book:draft", "book:tasting"),
    "assessment:reopen": _uid("book:signed"),
    "assessment:team": _team(*_TEAMS),
    "assessment:consensus": _team(*_TEAMS),
    "assessment:visit": _team(*_TEAMS[:2]),
    "assessment:assessors": _edition_uid("judging", "goods"),
    "assessment:enrol": _edition_uid("judging", "goods"),
    "assessment:conflicts": _edition_uid("judging"),
    "assessment:assessor": _uid("assessor:row"),
    "assessment:stage": _uid("stage:judging", "stage:tasting"),
    "assessment:teams": _uid("stage:judging", "stage:tasting"),
    "assessment:proposal": _uid("stage:judging", "stage:tasting"),
    "assessment:samples": _uid("stage:tasting"),
    "assessment:results": _uid("stage:judging", "stage:judged", "stage:tasting"),
    **{
        f"assessment:{name}": _uid("stage:judging", "stage:judged", "stage:tasting")
        for name in ("export", "judging", "ratings", "report")
    },
    "council:panels": _editions("deciding", "goods"),
    "council:make_panels": _editions("deciding"),
    "council:seat": _uid("panel:idle", "panel:regional"),
    "council:unseat": lambda w: [("", (w["seat"].pk,))],
    "council:stage": _uid("decision", "decision:regional"),
    "council:plan": _uid("decision", "decision:regional"),
    "council:dossier": lambda w: [
        ("closed", (w["session:closed"].uid, w["entry:pending"].uid)),
        ("told", (w["session:told"].uid, w["entry:told"].uid)),
    ],
    "council:recuse": lambda w: [("closed", (w["session:closed"].uid, w["entry:pending"].uid))],
    "council:recuse_member": lambda w: [
        ("closed", (w["session:closed"].uid, w["session:closed"].panel.seats.first().pk))
    ],
    "council:uninvite": lambda w: [("planned", (w["session:planned"].guests.get().pk,))],
    "council:motion": _uid("motion", "motion:told"),
    "council:order": _uid("motion"),
    **{
        f"council:{name}": _uid(*_SESSIONS)
        for name in (
            "session",
            "live",
            "lead",
            "minutes",
            "minutes_pdf",
            "papers",
            "ballot",
            "calendar",
            "approve_minutes",
            "sign_minutes",
        )
    },
    "council:vote": _uid("session:closed"),
    **{
        f"council:{name}": _uid("session:planned")
        for name in (
            "move",
            "attendance",
            "propose",
            "open",
            "add_motion",
            "cancel",
            "presiding",
            "invite",
        )
    },
    **{
        f"council:{name}": _uid("session:closed")
        for name in ("count", "close", "reopen", "publish", "return_minutes")
    },
    "honours:diploma": _uid("honour:told", "honour:pending"),
    "honours:revoke": _uid("honour:told", "honour:pending"),
    "honours:reissue": _uid("honour:told"),
    "honours:decline": _uid("honour:told"),
    "honours:emblem": _uid("honour:told"),
    "honours:edition": _editions("told", "deciding"),
    "honours:issue": _editions("told", "deciding"),
    "honours:diplomas_zip": _editions("told", "deciding"),
    "honours:export": _editions("told", "deciding"),
    "feedback:list": _edition_uid("told", "deciding"),
    "feedback:make": _edition_uid("deciding"),
    "feedback:release": _edition_uid("deciding"),
    "feedback:entry": _entry("told", "deciding"),
    "feedback:report": _uid("report:told", "report:draft"),
    "feedback:pdf": _uid("report:told", "report:draft"),
    "feedback:edit": _uid("report:draft"),
    "feedback:questions": _entry("told"),
    "feedback:edition_questions": _edition_uid("told"),
    **{
        f"feedback:{name}": _uid("question:told")
        for name in ("answer", "to_panel", "question_file", "answer_file")
    },
}


THE_SAME_FOR_ALL = ("account_", "mfa_", "showcase:", "ui:", "accounts:invitation", "accounts:demo")
"""Rooms that tell only signed-in people from others: asked by three roles, see `asked_by`."""


def asked_by(place: Place, role: str) -> bool:
    """Whether `role` asks here, or `stranger` speaks for all who are signed in."""
    if place.name.startswith(THE_SAME_FOR_ALL):
        return role in {"anonymous", "stranger", "organiser"}
    return True


def asked(world: World, role: str) -> dict[str, Place]:
    """What `role` asks for, by address, in Russian."""
    return {
        in_language(place.name, list(place.args)): place
        for place in places(world)
        if asked_by(place, role)
    }


def plausible(place: Place, world: World) -> dict[str, Any]:
    """What a form of the page might send."""
    common = {
        "reason": "Демонстрация",
        "reason_ru": "Демонстрация",
        "reason_en": "Demonstration",
        "email": "stranger@small.invalid",
        "name": "Демо",
        "address": "г. Кемерово, ул. Демонстрационная, 1",
        "starts_on": "2026-09-20",
        "ends_on": "2026-09-21",
        "held_at": "2026-09-20T12:00",
        "answer": "accept",
        "role": "member",
        "language": "ru",
        "all": "for",
        "grant": world["grant"].pk,
        "person": world["message:letter"].user.uid,
        "version": "0",
        "value": "50",
        "strengths": "Демонстрация",
        "improvements": "Демонстрация",
    }
    return common | _DATA.get(place.name, {})


_DATA: dict[str, dict[str, Any]] = {
    "intake:move_edition": {"go": "archive"},
    "intake:move_stage": {"go": "close"},
    "intake:start": {"in_use": "true"},
    "assessment:visit": {"go": "confirm"},
    "assessment:teams": {"go": "propose"},
    "assessment:proposal": {"go": "ask"},
    "assessment:results": {"go": "compute"},
    "assessment:consensus": {"override": "yes"},
    "assessment:assessor": {"go": "save", "may_lead": "on", "max_load": "5"},
    "council:motion": {"go": "change", "honour": "laureate"},
    "outreach:addressee": {"addressee_post": "Директору", "addressee_name": "Демову Д. Д. (демо)"},
}
