"""Published results for machines: canonical, complete, repeatable, and nothing too early."""

import hashlib
import json

import pytest
from click.testing import CliRunner
from django.urls import reverse

from laureat.honours.actions import revoke
from laureat.honours.models import Honour
from laureat.platform.errors import Refused
from laureat.rulebook.actions import load
from laureat.rulebook.models import Award, Edition
from laureat.showcase.commands import results as command
from laureat.showcase.queries.results import export, find_edition, results
from tests.worlds import intake as entering
from tests.worlds import showcase as world

pytestmark = pytest.mark.django_db


def test_the_public_file_is_what_the_command_prints_and_tells_no_points(client):
    season = world.played([62, 40, 18], stops=1)
    address = reverse("showcase:results", args=["rf-quality-prize", "2024"])
    page = client.get(reverse("showcase:edition", args=["rf-quality-prize", "2024"]))
    assert f'href="{address}"' in page.content.decode()
    answer = client.get(address)
    printed = CliRunner().invoke(command, ["export", season.edition.chain, "--public"])
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.content == printed.stdout_bytes == export(season.edition, public=True)
    everything, public = results(season.edition), json.loads(answer.content)
    for group in everything["groups"]:
        for entry in group["entries"]:
            assert entry.pop("points")
    assert public == everything


def test_what_is_not_published_has_no_public_file(client):
    for name in ("2025", "nope"):
        address = reverse("showcase:results", args=["rf-quality-prize", name])
        assert client.get(address).status_code == 404


def test_results_hold_everything_a_stranger_needs():
    season = world.played([62, 40, 18], stops=1)
    found = results(season.edition)
    first = season.entries[0]
    assert found == {
        "format": "laureat-results/1",
        "edition": "rf-quality-prize/2024",
        "rulebook": season.edition.version.content_hash,
        "demo": False,
        "groups": [
            {
                "category": "small",
                "region": "42",
                "entries": [
                    {
                        "entry": "28-0001",
                        "organisation": first.organisation.name_ru,
                        "good": None,
                        "honours": [
                            {"honour": "laureate", "stage": "council", "state": "published"}
                        ],
                        "points": [
                            {
                                "stage": "desk",
                                "method": "consensus",
                                "points": "600.00",
                                "beside": {"fair": "600.00", "mean": "600.00"},
                                "low": "599.95",
                                "high": "600.05",
                                "scorebooks": "5",
                            },
                            {
                                "stage": "visit",
                                "method": "consensus",
                                "points": "600.00",
                                "beside": {},
                                "low": None,
                                "high": None,
                                "scorebooks": "1",
                            },
                        ],
                    },
                    *found["groups"][0]["entries"][1:],
                ],
            }
        ],
        "totals": {
            "entries": "4",
            "honoured": str(len(world.honours(season))),
            "honours": {"laureate": str(len(world.honours(season)))},
        },
    }


def test_there_is_no_number_no_time_and_no_random_identifier_in_it():
    season = world.played([62, 58])

    def walk(node):
        if isinstance(node, dict):
            for value in node.values():
                yield from walk(value)
        elif isinstance(node, list):
            for value in node:
                yield from walk(value)
        else:
            yield node

    leaves = set(walk(results(season.edition)))
    assert {type(leaf) for leaf in leaves} <= {str, bool, type(None)}
    uids = {season.edition.uid, *(entry.uid for entry in season.entries)}
    uids |= set(Honour.objects.values_list("uid", flat=True))
    assert not uids & leaves
    assert not any("2024-1" in leaf for leaf in leaves if isinstance(leaf, str))


def test_the_command_prints_canonical_json_that_is_the_same_twice():
    season = world.played([62, 58])
    first = CliRunner().invoke(command, ["export", "rf-quality-prize/2024"])
    second = CliRunner().invoke(command, ["export", "2024"])
    assert (first.exit_code, first.stdout_bytes) == (0, export(season.edition))
    assert second.stdout_bytes == first.stdout_bytes
    assert first.stdout_bytes.endswith(b"}\n")
    parsed = json.loads(first.stdout_bytes)
    plain = json.dumps(parsed, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert plain.encode() + b"\n" == first.stdout_bytes


def test_the_command_writes_a_file(tmp_path):
    season = world.played([62])
    out = tmp_path / "results.json"
    run = CliRunner().invoke(command, ["export", season.edition.chain, "--out", str(out)])
    assert run.exit_code == 0
    assert (
        hashlib.sha256(out.read_bytes()).digest() == hashlib.sha256(export(season.edition)).digest()
    )


def test_a_folder_that_is_not_there_is_told(tmp_path):
    world.played([62])
    run = CliRunner().invoke(command, ["export", "2024", "--out", str(tmp_path / "no" / "x.json")])
    assert run.exit_code == 2
    assert "x.json" in run.output


def test_unpublished_results_are_refused_with_what_is_published():
    season = world.judged([62])
    with pytest.raises(Refused) as refusal:
        results(season.edition)
    assert str(refusal.value) == (
        "Итоги rf-quality-prize/2024 не опубликованы (идёт). Опубликованы: пока ничего."
    )


def test_an_unknown_edition_is_refused_with_what_there_is():
    entering.prize(opened=False)
    with pytest.raises(Refused) as refusal:
        find_edition("1999")
    assert str(refusal.value) == (
        "Конкурса «1999» нет. Известны: rf-quality-prize/2024 (готовится)."
    )


def test_a_bare_key_must_be_unique():
    edition = entering.prize(opened=False)
    other = Award.objects.create(key="other", title_ru="x", title_en="x")
    Edition.objects.create(
        award=other, key="2024", year=2024, version=edition.version, title_ru="x", title_en="x"
    )
    with pytest.raises(Refused) as refusal:
        find_edition("2024")
    assert "other/2024, rf-quality-prize/2024" in str(refusal.value)
    assert find_edition(" rf-quality-prize/2024/ ") == edition


def test_a_revoked_honour_stays_in_the_results_and_says_so():
    season = world.played([62, 58])
    with season.later():
        revoke(Honour.objects.first(), ("нарушение", "breach"), by=None)
    found = results(season.edition)
    states = [h["state"] for g in found["groups"] for e in g["entries"] for h in e["honours"]]
    assert sorted(states) == ["published", "revoked"]
    assert found["totals"]["honours"] == {"laureate": "1"}


def test_goods_come_by_nomination_and_region():
    load(entering.AWARDS / "best-goods" / "2023.yaml", by=None)
    edition = world.regional(3)
    Edition.objects.filter(pk=edition.pk).update(state="published")
    found = results(Edition.objects.get(pk=edition.pk))
    assert [(g["category"], g["region"], len(g["entries"])) for g in found["groups"]] == [
        ("food", "42", 3)
    ]
    assert all(e["good"].startswith("Хлеб") for e in found["groups"][0]["entries"])
