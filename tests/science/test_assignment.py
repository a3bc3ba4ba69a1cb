"""Balanced teams, and what stands in the way."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from laureat.science.assignment import Gap, Job, Member, Person, Shortage, TeamRule, propose


def people(count, **values):
    return [
        Person(f"p{n:02}", **({"may_lead": n % 3 == 0, "most": 6} | values)) for n in range(count)
    ]


def jobs(count, **values):
    return [Job(f"j{n:02}", **values) for n in range(count)]


def test_every_entry_gets_a_complete_team_and_loads_are_balanced():
    found = propose(jobs(12), people(9), TeamRule(4, 6))
    assert found.complete
    assert {len(team) for team in found.teams.values()} == {4}
    assert all(sum(member.lead for member in team) == 1 for team in found.teams.values())
    assert max(found.loads.values()) - min(found.loads.values()) <= 2
    assert found.components == 1


def test_conflicts_regions_newcomers_and_loads_are_respected():
    rule = TeamRule(3, 4, newcomers=1, same_region=False)
    crowd = [
        Person(f"p{n:02}", region="42" if n < 3 else "54", may_lead=n % 2 == 0, newcomer=n % 3 == 0,
               most=5)
        for n in range(12)
    ]  # fmt: skip
    barred = {("p05", "j00"), ("p07", "j01")}
    found = propose(jobs(6, region="42"), crowd, rule, conflicts=barred)
    by_key = {person.key: person for person in crowd}
    for job, team in found.teams.items():
        members = [by_key[member.person] for member in team]
        assert all((person.key, job) not in barred for person in members)
        assert all(person.region != "42" for person in members)
        assert sum(person.newcomer for person in members) <= 1
    assert max(found.loads.values()) <= 5


def test_who_is_there_stays_and_an_earlier_team_comes_first():
    kept = {"j00": [Member("p04", lead=True, kept=True)]}
    crowd = [Person(p.key, may_lead=True, most=6, load=p.key == "p04") for p in people(8)]
    found = propose(jobs(1), crowd, TeamRule(3, 4), teams=kept, preferred={"j00": ["p06", "p07"]})
    assert [(m.person, m.lead, m.kept) for m in found.teams["j00"]] == [
        ("p04", True, True), ("p06", False, False), ("p07", False, False),
    ]  # fmt: skip
    assert "earlier" in found.teams["j00"][1].why


def test_knowing_the_line_of_business_counts():
    crowd = [Person("a", most=9), Person("b", most=9, sectors=frozenset({"food"}))]
    found = propose([Job("j", sector="food")], crowd, TeamRule(1, 1, leads=0))
    assert [(m.person, m.why) for m in found.teams["j"]] == [("b", ("sector", "load:1/9"))]


def test_somebody_moves_over_where_a_greedy_choice_blocks_the_way():
    crowd = [Person("a", most=1), Person("b", most=1)]
    # Only `a` may judge j1; the greedy order could give them to j0.
    found = propose(jobs(2), crowd, TeamRule(1, 1, leads=0), conflicts={("b", "j01")})
    assert {job: team[0].person for job, team in found.teams.items()} == {"j00": "b", "j01": "a"}


def test_what_cannot_be_filled_is_said_with_numbers():
    crowd = [Person("a", most=1, may_lead=False), Person("b", most=1, region="42", may_lead=True)]
    found = propose(
        [Job("j", region="42"), Job("k", region="42")],
        crowd,
        TeamRule(2, 2, leads=1, same_region=False),
    )
    assert found.shortages == (Shortage("places", 4, 2), Shortage("leads", 2, 1))
    assert found.gaps[0] == Gap("j", 1, 1, {"region": 1})


@settings(max_examples=60)
@given(st.integers(0, 10**6))
def test_no_rule_is_ever_broken_and_order_does_not_matter(seed):
    random = Random(seed)
    crowd = [
        Person(f"p{n:02}", random.choice(["42", "54", ""]), frozenset(), random.random() < 0.5,
               random.random() < 0.3, random.randint(1, 5))
        for n in range(random.randint(1, 10))
    ]  # fmt: skip
    work = [Job(f"j{n:02}", random.choice(["42", "54"])) for n in range(random.randint(1, 8))]
    rule = TeamRule(random.randint(1, 3), 4, random.randint(0, 1), random.choice([None, 1]),
                    random.random() < 0.5)  # fmt: skip
    barred = {(p.key, j.key) for p in crowd for j in work if random.random() < 0.2}
    found = propose(work, crowd, rule, conflicts=barred)
    by_key = {person.key: person for person in crowd}
    loads = dict.fromkeys(by_key, 0)
    for job in work:
        team = found.teams[job.key]
        members = [by_key[member.person] for member in team]
        assert len({person.key for person in members}) == len(members) <= rule.most
        assert all((person.key, job.key) not in barred for person in members)
        assert rule.same_region or all(person.region != job.region for person in members)
        assert rule.newcomers is None or sum(p.newcomer for p in members) <= rule.newcomers
        assert all(by_key[m.person].may_lead for m in team if m.lead)
        assert sum(m.lead for m in team) <= rule.leads
        for person in members:
            loads[person.key] += 1
    assert loads == dict(found.loads)
    assert all(loads[key] <= person.most for key, person in by_key.items())
    assert found == propose(random.sample(work, len(work)), random.sample(crowd, len(crowd)), rule,
                            conflicts=barred)  # fmt: skip
