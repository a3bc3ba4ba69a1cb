"""Who acted alone for an applicant is erased: the secretary is asked to find somebody."""

import pytest

from laureat.platform.accounts.actions import erase_person
from laureat.platform.accounts.desk import sections
from laureat.platform.accounts.duties import duties
from laureat.platform.mail.models import Message
from tests.worlds import intake as world
from tests.worlds import people

pytestmark = pytest.mark.django_db


def test_the_secretary_of_an_entry_that_nobody_answers_for_gets_a_letter_and_a_task():
    prize, organisation = world.prize(), world.factory()
    alone = world.acting_for(organisation)
    secretary = world.secretary(prize)
    with world.at(prize, "2024-02-15"):
        entry = world.draft(prize, organisation, by=alone)
        (duty,) = duties(alone)
        assert organisation.name_ru in duty.said
        second = world.acting_for(organisation)
        assert duties(alone) == []
        erase_person(second, by=people.organiser())
        assert not Message.objects.filter(kind="entry-unrepresented").exists()
        assert tasks(secretary) == []
        erase_person(alone, by=people.organiser())
        letter = Message.objects.get(kind="entry-unrepresented")
        assert (letter.user, letter.scope) == (secretary, entry.edition.chain)
        assert organisation.uid in letter.body
        (task,) = tasks(secretary)
        assert organisation.name_ru in task.title
        assert task.todo
        world.acting_for(organisation)
        assert tasks(secretary) == []


def tasks(user):
    wanted = "Соискатели без представителя"
    return [item for each in sections(user) if each.title == wanted for item in each.items]
