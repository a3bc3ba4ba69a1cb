"""Letters from the draft to the mail, through the actions."""

import json
from datetime import date
from io import BytesIO
from shutil import copytree
from zipfile import ZipFile

import pytest

from laureat.ledger.models import Record
from laureat.outreach import actions, queries
from laureat.outreach.models import TRANSITIONS, Campaign, Letter, LetterState
from laureat.outreach.permissions import handle_campaign
from laureat.outreach.wording import check_placeholders, letter_data
from laureat.platform.access.models import Role
from laureat.platform.errors import Denied, Refused
from laureat.platform.files.store import store
from laureat.platform.mail.actions import deliver_due
from laureat.platform.mail.models import Message, MessageState
from laureat.registry.actions import change_organisation
from laureat.rulebook.actions import load
from laureat.rulebook.schema import Text
from tests.worlds import outreach as world
from tests.worlds import registry as register

pytestmark = pytest.mark.django_db


def bytes_of(stored):
    with store().open(stored.sha256) as content:
        return content.read()


def test_the_ministrys_letter_to_the_list_part_by_part():
    edition = world.goods()
    organisation = register.organisation(
        7, name_ru="ООО «Демо-хлеб»", address="654000, г. Новокузнецк, ул. Хлебная, д. 7"
    )
    campaign = world.letters(
        edition, organisations=[organisation], dated=date(2023, 2, 28), first_number=1087
    )
    data = letter_data(campaign.letters.get())
    assert data["authority"] == {
        "name": [
            "МИНИСТЕРСТВО",
            "ПРОМЫШЛЕННОСТИ И",
            "ТОРГОВЛИ КУЗБАССА",
            "(Минпромторг Кузбасса)",
        ],
        "details": [
            "650064, г. Кемерово, пр-т. Советский, д. 63",
            "тел. (3842) 58-78-61, факс 58-80-75",
            [{"text": "e-mail: "}, {"text": "dprom@ako.ru", "url": "mailto:dprom@ako.ru"}],
            [
                {"text": "web-сайт: "},
                {"text": "минпромторг42.рф", "url": "https://минпромторг42.рф/"},
            ],
        ],
    }
    assert data["addressee"] == [
        "Генеральному директору",
        "ООО «Демо-хлеб»",
        "Колосову И. П.",
        "",
        "654000, г. Новокузнецк, ул. Хлебная, д. 7",
    ]
    assert (data["issued"], data["number"], data["reply_to"]) == ("2023-02-28", "МПТ-5/1087", None)
    assert (data["subject"], data["salutation"]) == (None, "Уважаемые руководители!")
    stage = next(part for part in data["body"] if "Региональный этап" in str(part))
    assert stage == [
        {
            "text": "Региональный этап Программы «100 лучших товаров России» в регионе "
            "Кемеровская область — Кузбасс начинается 10 марта 2023 года.",
            "bold": True,
        },
    ]
    assert data["contact"][0] == {"text": "Контактное лицо для взаимодействия:", "bold": True}
    assert data["contact"][-2]["url"].startswith("mailto:")
    assert data["appendix"] == "буклеты в электронном виде."
    assert data["closing"] == "С уважением,"
    assert data["signatory"]["post"] == [
        "заместитель министра",
        "промышленности и торговли Кузбасса",
    ]
    assert data["demo"] is True


def test_an_answer_and_a_subject_stand_in_the_letter():
    campaign = world.letters(world.prize(), answers_number="114-д", answers_dated=date(2024, 1, 9))
    data = letter_data(campaign.letters.get())
    assert data["reply_to"] == {"number": "114-д", "date": "2024-01-09"}
    assert data["subject"].startswith("О проведении конкурса на соискание премий")
    assert data["number"] == "МПТ-7/121"


def test_prepare_make_send_and_deliver(mailoutbox):
    with_mail = register.organisation(1)
    without = register.organisation(2, email="")
    campaign = world.letters(world.prize(), organisations=[with_mail, without, with_mail])
    assert [(each.number, each.state) for each in campaign.letters.all()] == [
        ("МПТ-7/121", "draft"),
        ("МПТ-7/122", "draft"),
    ]
    with pytest.raises(Refused):
        actions.send_letters(campaign, by=None)
    assert actions.render_letters(campaign, by=None, at_most=1) == 1
    assert actions.render_letters(campaign, by=None) == 1
    assert actions.render_letters(campaign, by=None) == 0
    assert actions.send_letters(campaign, by=None) == actions.Sent(sent=1, no_address=1)
    first, second = campaign.letters.all()
    assert (first.state, second.state) == (LetterState.SENT, LetterState.NO_ADDRESS)
    assert deliver_due() == (1, 0)
    (mail,) = mailoutbox
    assert mail.to == [with_mail.email]
    assert mail.attachments[0][0] == "МПТ-7-121 ООО «Демо-завод 1».pdf"
    assert mail.attachments[0][1] == bytes_of(first.pdf)
    assert mail.attachments[0][1].startswith(b"%PDF")
    record = Record.objects.get(action="letter.sent")
    assert first.pdf.sha256 in record.content
    assert with_mail.email not in record.content
    with pytest.raises(Refused):
        actions.send_letters(campaign, by=None)
    change_organisation(without, {"email": "new@demo.example"}, by=None)
    assert actions.send_letters(campaign, by=None) == actions.Sent(sent=1, no_address=0)
    assert Message.objects.count() == 2


def test_an_invitation_says_where_to_apply_on_paper_and_in_the_mail(settings, mailoutbox):
    settings.BASE_URL = "https://contest.example"
    edition = world.practices()
    page = f"https://contest.example/entries/apply/{edition.uid}/"
    campaign = world.letters(edition, region="")
    assert letter_data(campaign.letters.get())["body"][-1] == [
        {"text": "Условия конкурса и подача заявки: "},
        {"text": page, "url": page},
    ]
    world.sent(campaign)
    deliver_due()
    assert mailoutbox[0].body == (
        "Уважаемые коллеги!\n\n"
        "Направляем Вам письмо от 16.01.2024 № УС-121. Оно приложено в формате PDF.\n\n"
        f"{edition.title_ru}\nУсловия и подача заявки: {page}\n\n"
        "С уважением,\nсекретарь комиссии\nМ. Д. Секретарева (демо)\n"
    )


def test_the_word_file_says_what_the_pdf_says():
    campaign = world.letters(world.prize())
    actions.render_letters(campaign, by=None)
    letter = campaign.letters.get()
    with ZipFile(BytesIO(bytes_of(letter.docx))) as archive:
        text = archive.read("word/document.xml").decode()
    for part in ("МПТ-7/121", "Генеральному директору", "16.01.2024", "Старшинов"):
        assert part in text.replace("\u00a0", " ")


def test_a_correction_is_kept_with_the_organisation_and_makes_the_letter_anew():
    organisation = register.organisation(1, head_name="Шевчук И. С.")
    campaign = world.letters(world.prize(), organisations=[organisation])
    actions.render_letters(campaign, by=None)
    letter = campaign.letters.get()
    before = letter.pdf.sha256
    with pytest.raises(Refused) as refused:
        actions.correct_addressee(letter, " ", "Шевчуку И. С.", by=None)
    assert refused.value.field == "post"
    actions.correct_addressee(letter, "Директору", "Шевчуку  И. С.", by=None)
    assert (letter.addressee_post, letter.addressee_name) == ("Директору", "Шевчуку И. С.")
    assert (letter.state, letter.pdf.sha256 == before) == (LetterState.RENDERED, False)
    organisation.refresh_from_db()
    assert organisation.head_name_dative == "Шевчуку И. С."
    again = world.letters(world.goods(), organisations=[organisation])
    assert again.letters.get().addressee_name == "Шевчуку И. С."


def test_a_sent_letter_is_neither_changed_nor_withdrawn_but_may_be_sent_again():
    campaign = world.sent(world.letters(world.prize()))
    secretary = register.person(Role.SECRETARY, region="42")
    letter = campaign.letters.get()
    with pytest.raises(Refused):
        actions.correct_addressee(letter, "Директору", "", by=None)
    with pytest.raises(Refused):  # still waiting to leave
        actions.resend_letter(letter, by=secretary)
    deliver_due()
    with pytest.raises(Refused):
        actions.withdraw_letter(letter, by=None)
    change_organisation(letter.organisation, {"email": "other@demo.example"}, by=None)
    actions.resend_letter(letter, by=secretary)
    assert letter.message.to == "other@demo.example"
    assert letter.message.state == MessageState.QUEUED
    assert Message.objects.count() == 2


def test_a_letter_in_the_queue_can_still_be_taken_back(mailoutbox):
    letter = world.sent(world.letters(world.prize())).letters.get()
    actions.withdraw_letter(letter, by=None)
    assert (letter.state, letter.message.state) == (LetterState.WITHDRAWN, MessageState.CANCELLED)
    assert deliver_due() == (0, 0)
    assert mailoutbox == []


def test_a_campaign_is_discarded_as_a_whole_but_for_what_has_left():
    """A letter in every standing; what left stays, and one record tells of all the others."""
    organisations = [register.organisation(n) for n in range(1, 5)]
    organisations.append(register.organisation(5, email=""))
    campaign = world.sent(world.letters(world.prize(), organisations=organisations))
    deliver_due(limit=2)
    fail(campaign.letters.all()[1])
    assert actions.discard_campaign(campaign, by=None) == actions.Discarded(withdrawn=3, left=2)
    assert [each.state for each in campaign.letters.all()] == [
        *("sent", "sent"),
        *("withdrawn", "withdrawn", "withdrawn"),
    ]
    assert sorted(Message.objects.values_list("state", flat=True)) == [
        *("cancelled", "cancelled", "failed", "sent")
    ]
    record = Record.objects.get(action="letters.discarded")
    assert json.loads(record.content)["data"] == {"count": 3, "left": 2}
    with pytest.raises(Refused):
        actions.discard_campaign(campaign, by=None)
    assert actions.next_number(campaign.edition, "invitation", 2024) == 126
    again = world.letters(campaign.edition, organisations=[organisations[3]], first_number=126)
    assert actions.discard_campaign(again, by=None) == actions.Discarded(withdrawn=1, left=0)


def test_what_came_back_is_sent_again_to_the_address_of_today():
    organisations = [register.organisation(n) for n in (1, 2, 3, 4)]
    campaign = world.sent(world.letters(world.prize(), organisations=organisations))
    with pytest.raises(Refused):
        actions.resend_failed(campaign, by=None)
    deliver_due()
    for letter in list(campaign.letters.all())[1:]:
        fail(letter)
    change_organisation(organisations[1], {"email": "new@demo.example"}, by=None)
    change_organisation(organisations[2], {"email": ""}, by=None)
    assert actions.resend_failed(campaign, by=None) == actions.Sent(sent=2, no_address=1)
    waiting = Message.objects.filter(state=MessageState.QUEUED)
    assert {each.to for each in waiting} == {"new@demo.example", organisations[3].email}
    assert Message.objects.count() == 6
    stranger = register.person(Role.SECRETARY, region="54")
    for action in (actions.resend_failed, actions.discard_campaign):
        with pytest.raises(Denied):
            action(campaign, by=stranger)


def fail(letter):
    """The mail could not deliver it."""
    Message.objects.filter(pk=letter.message_id).update(
        state=MessageState.FAILED, error="550 no such user"
    )


def test_where_letters_stand_is_counted_as_it_is_shown():
    """The figures of the campaign, the views and the lines say the same of every letter."""
    campaign = world.letters(
        world.prize(),
        organisations=[*(register.organisation(n) for n in range(1, 7)), *no_mail(7)],
    )
    actions.withdraw_letter(campaign.letters.first(), by=None)
    world.sent(campaign)
    deliver_due(limit=3)
    sent = list(campaign.letters.all())
    fail(sent[2])
    Message.objects.filter(pk=sent[4].message_id).update(state=MessageState.CANCELLED)
    counted = queries.campaign_of(campaign.uid)
    shown = {
        view.key: [queries.line_of(each).standing for each in queries.letters(campaign, view.key)]
        for view in queries.views_of(counted)
    }
    everything = ["withdrawn", "sent", "failed", "sent", "stopped", "queued", "no_address"]
    assert shown.pop("") == everything
    assert shown == {key: [key] * everything.count(key) for key in everything}
    assert {view.key: view.count for view in queries.views_of(counted)} == {
        "": 7,
        **{key: everything.count(key) for key in everything},
    }


def no_mail(number):
    return [register.organisation(number, email="")]


def test_a_withdrawn_letter_stays_behind_and_keeps_its_number():
    campaign = world.letters(world.prize(), 2)
    letter = campaign.letters.first()
    actions.withdraw_letter(letter, by=None)
    assert actions.render_letters(campaign, by=None) == 1
    assert actions.send_letters(campaign, by=None).sent == 1
    with pytest.raises(Refused):
        actions.withdraw_letter(letter, by=None)
    with pytest.raises(Refused) as refused:
        world.letters(campaign.edition, first_number=121)
    assert refused.value.field == "first_number"
    assert "123" in str(refused.value)
    assert actions.next_number(campaign.edition, "invitation", 2024) == 123
    assert actions.next_number(campaign.edition, "invitation", 2025) == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"first_number": 0}, "first_number"),
        ({"answers_number": "1"}, "answers_dated"),
        ({"answers_dated": date(2024, 1, 1)}, "answers_number"),
        ({"language": "de"}, "language"),
        ({"region": "54"}, ""),
    ],
)
def test_wrong_orders_are_refused_and_nothing_is_written(wrong, field):
    edition = world.prize()
    with pytest.raises(Refused) as refused:
        world.letters(edition, **wrong)
    assert refused.value.field == field
    assert not Campaign.objects.exists()
    assert not Letter.objects.exists()


def test_a_letter_the_rulebook_does_not_have_is_named():
    with pytest.raises(Refused, match="greeting"):
        actions.prepare_campaign(
            world.prize(),
            "greeting",
            [register.organisation()],
            dated=date(2024, 1, 16),
            first_number=1,
            by=None,
        )


def test_an_unknown_placeholder_is_named():
    """The rulebook refuses it when it is loaded; a letter from elsewhere is checked once more."""
    (letter, *_others) = world.prize().rules.letters
    text = Text(ru="Здравствуйте, {frend}!", en="Hello, {frend}!")
    with pytest.raises(Refused) as refused:
        check_placeholders(letter.model_copy(update={"salutation": text}), "ru")
    assert "{frend}" in str(refused.value)
    assert "{organisation}" in str(refused.value)
    assert refused.value.field == "letter"


def test_a_salutation_agrees_with_the_head_and_does_without_one(tmp_path):
    folder = tmp_path / "rf-quality-prize"
    copytree(world.AWARDS / "rf-quality-prize", folder)
    letters = folder / "letters-2024.yaml"
    text = letters.read_text(encoding="utf-8")
    letters.write_text(text.replace("Уважаемые коллеги!", "Уважаемый {head}!"), encoding="utf-8")
    edition = load(folder / "2024.yaml", by=None)
    people = ["Белая Ольга Петровна", "Колосов Иван Петрович", "Колосов И. П.", ""]
    campaign = world.letters(
        edition,
        organisations=[register.organisation(n, head_name=p) for n, p in enumerate(people, 1)],
    )
    assert [letter_data(letter)["salutation"] for letter in campaign.letters.all()] == [
        "Уважаемая Ольга Петровна!",
        "Уважаемый Иван Петрович!",
        "Уважаемые коллеги!",
        "Уважаемые коллеги!",
    ]


def test_what_the_letter_says_must_be_known():
    edition = world.goods()
    with pytest.raises(Refused) as refused:
        world.letters(edition, region="", organisations=[register.organisation(1, region="77")])
    assert "Демо-завод 1" in str(refused.value)
    with pytest.raises(Refused):
        world.letters(edition, region="", organisations=[register.organisation(2, region="")])


def test_markup_in_a_name_stays_text():
    name = "ООО «Демо *#<b>& {year} $x$»"
    campaign = world.letters(world.prize(), organisations=[register.organisation(1, name_ru=name)])
    assert actions.render_letters(campaign, by=None) == 1
    letter = campaign.letters.get()
    assert letter_data(letter)["addressee"][1] == name
    assert "/" not in letter.pdf.name


def test_english_letters_go_to_the_head_of_the_organisation():
    campaign = world.letters(world.prize(), language="en")
    data = letter_data(campaign.letters.get())
    assert data["addressee"][0] == "To the head of the organisation"
    assert data["addressee"][1].startswith("Demo Works")
    assert actions.render_letters(campaign, by=None) == 1


def test_states_are_moved_only_along_the_table():
    assert set(TRANSITIONS) == set(LetterState)
    assert {target for targets in TRANSITIONS.values() for target in targets} <= set(LetterState)


def test_who_handles_letters_and_that_the_list_says_the_same():
    editions = [world.prize(), world.goods()]
    campaigns = [
        world.letters(edition, region=region, first_number=start)
        for start, (edition, region) in enumerate(
            ((edition, region) for edition in editions for region in ("42", "")), 1
        )
    ]
    people = [
        register.person(Role.ORGANISER),
        register.person(Role.ORGANISER, award="best-goods"),
        register.person(Role.SECRETARY, award="best-goods", edition="2023"),
        register.person(Role.SECRETARY, award="best-goods", region="42"),
        register.person(Role.SECRETARY, region="54"),
        register.person(Role.APPLICANT),
        register.person(Role.AUDITOR),
        register.person(),
    ]
    for somebody in people:
        allowed = {each.pk for each in campaigns if handle_campaign(somebody, each)}
        assert allowed == set(handle_campaign.of(somebody).values_list("pk", flat=True))
    regional = people[3]
    with pytest.raises(Denied):
        world.letters(editions[1], region="", first_number=50, by=regional)
    world.letters(editions[1], region="42", first_number=50, by=regional)


def test_an_answer_to_a_letter_goes_to_the_office_that_wrote_it(mailoutbox):
    campaign = world.sent(world.letters(world.prize()))
    office = campaign.edition.rules.letters[0].letterhead.email
    assert deliver_due() == (1, 0)
    assert office
    assert [each.reply_to for each in mailoutbox] == [[office]]
