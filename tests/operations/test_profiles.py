"""What is known of experts: who reads and writes it, how it is found, and when they have time."""

from datetime import date, timedelta

import pytest

from forms import local_day
from service import clock
from service.domain.actor import PROCESS, Role
from service.domain.loads import Load
from service.domain.profiles import Absence, Affiliation, Profile, checked
from service.operations import drafts, profiles, submissions, teams
from service.operations.migration import migrate_proposal
from service.operations.teams import TeamContent
from service.problems import Forbidden, Invalid, NotFound, Stale
from service.store import journal
from service.store.database import value
from service.store.matched import words_of
from service.views.experts import ExpertEntry, ExpertFilters, experts, profile, vocabulary
from tests.operations.test_migration import publish
from tests.process.call import Trial
from tests.support.people import person

NOW = clock.now()
TODAY = local_day(NOW)
DAY = timedelta(days=1)
FULL = Profile(
    headline="Ingénieure  en traitement du langage",
    biography="Dix ans à l’hôpital.\r\n",
    keywords=("Santé publique", "sante  publique", "Éthique"),
    languages=("fr", "EN", "fr"),
    most=8,
    affiliations=(
        Affiliation("Institut exemple", "732 829 320", date(2024, 9, 1)),
        Affiliation("Cabinet exemple", "https://ror.org/05A28RW58", None, date(2024, 8, 31)),
    ),
    absences=(Absence(TODAY + DAY, TODAY + 3 * DAY),),
)
pytestmark = pytest.mark.usefixtures("database")


async def test_a_profile_is_kept_in_one_spelling_by_whoever_it_is_of_and_their_officers() -> None:
    trial = await Trial.publish(NOW, experts=2)
    expert, other = trial.experts
    saved = await profiles.save_profile(expert, expert.person, FULL, 0, now=NOW)
    kept = (await profile(trial.officer, expert.person)).profile
    assert kept == Profile(
        headline="Ingénieure en traitement du langage",
        biography="Dix ans à l’hôpital.",
        keywords=("Santé publique", "Éthique"),
        languages=("fr", "en"),
        most=8,
        affiliations=(
            Affiliation("Institut exemple", "732829320", date(2024, 9, 1)),
            Affiliation("Cabinet exemple", "https://ror.org/05a28rw58", None, date(2024, 8, 31)),
        ),
        absences=FULL.absences,
    )
    again = await profiles.save_profile(trial.officer, expert.person, Profile(), saved.version, now=NOW)
    assert (await profile(expert, expert.person)).profile == Profile()
    with pytest.raises(Stale):
        await profiles.save_profile(expert, expert.person, FULL, saved.version, now=NOW)
    elsewhere = await Trial.publish(NOW, experts=0)
    for stranger in (other, trial.chair, trial.applicant, elsewhere.officer, await person((Role.ADMIN, None))):
        with pytest.raises(NotFound):
            await profile(stranger, expert.person)
        with pytest.raises(NotFound):
            await profiles.save_profile(stranger, expert.person, FULL, again.version, now=NOW)
    said = [entry for entry in await journal.entries(f"account:{expert.person}") if entry.kind == "profile_saved"]
    assert [(entry.actor, entry.data) for entry in said] == [
        (expert.account, {"version": 1}),
        (trial.officer.account, {"version": 2}),
    ]


@pytest.mark.parametrize(
    ("wrong", "paths"),
    [
        (Profile(headline="x" * 201, biography="x" * 5001), {"headline", "biography"}),
        (Profile(keywords=("x" * 81,), languages=("xx",)), {"keywords", "languages"}),
        (Profile(keywords=tuple(map(str, range(41))), most=-1), {"keywords", "most"}),
        (Profile(affiliations=(Affiliation(" "), Affiliation("A", "732829321"))),
         {"affiliations/0/organisation", "affiliations/1/identifier"}),
        (Profile(affiliations=(Affiliation("A", "W12345678", date(2025, 1, 2), date(2025, 1, 1)),)),
         {"affiliations/0/identifier", "affiliations/0/until"}),
        (Profile(absences=(Absence(TODAY, TODAY - DAY), Absence(TODAY, TODAY + 2000 * DAY))),
         {"absences/0/ends", "absences/1/ends"}),
    ],
)  # fmt: skip
async def test_every_fault_of_a_profile_is_told_where_it_is(wrong: Profile, paths: set[str]) -> None:
    assert {error.path for error in checked(wrong)[1]} == paths
    expert = await person()
    with pytest.raises(Invalid):
        await profiles.save_profile(expert, expert.person, wrong, 0, now=NOW)
    assert await value("SELECT count(*) FROM profile WHERE account = {}", expert.account) == 0


async def test_the_directory_is_searched_filtered_and_read_in_pages() -> None:
    trial = await Trial.publish(NOW, experts=3)
    one, two, three = sorted(trial.experts, key=lambda expert: (expert.name.lower(), str(expert.account)))
    await profiles.save_profile(one, one.person, FULL, 0, now=NOW)
    away = Profile(keywords=("Éthique",), absences=(Absence(TODAY, TODAY + DAY),))
    await profiles.save_profile(two, two.person, away, 0, now=NOW)
    await profiles.limit_expert(trial.officer, trial.slug, three.person, 0, now=NOW)
    pair = TeamContent("Un", (one.person, two.person))
    await teams.form_team(trial.officer, trial.slug, pair, now=NOW)

    async def found(q: str = "", keyword: str = "", language: str = "", *, free: bool = False) -> list[str]:
        page = await experts(trial.officer, trial.slug, ExpertFilters(q, keyword, language, free))
        return [entry.email for entry in page.items]

    everybody = [one.email, two.email, three.email]
    assert await found() == everybody
    assert await found(q="HOPITAL") == await found(q="institut langage") == [one.email]
    assert await found(q=two.email[:12]) == [two.email]
    assert await found(keyword="ethique") == everybody[:2]
    assert await found(keyword="éthi") == []
    assert await found(language="en") == [one.email]
    assert await found(free=True) == [one.email]
    listed: list[ExpertEntry] = []
    cursor = None
    for _ in everybody:
        page = await experts(trial.officer, trial.slug, ExpertFilters(), cursor, limit=1)
        listed += page.items
        cursor = page.next
    assert cursor is None
    assert [entry.email for entry in listed] == everybody
    assert [entry.load for entry in listed] == [Load(most=8), Load(absent=True), Load(most_in_call=0)]
    assert [entry.absent_until for entry in listed] == [None, TODAY + DAY, None]
    assert [entry.teams for entry in listed] == [("Un",), ("Un",), ()]
    with pytest.raises(NotFound):
        await experts(trial.chair, trial.slug, ExpertFilters())


async def test_a_limit_is_an_officers_to_set_for_an_expert_of_the_call() -> None:
    trial = await Trial.publish(NOW, experts=1)
    (expert,) = trial.experts
    for most in (3, None, 5):
        await profiles.limit_expert(trial.officer, trial.slug, expert.person, most, now=NOW)
        assert await value("SELECT most FROM role WHERE account = {}", expert.account) == most
    with pytest.raises(Invalid):
        await profiles.limit_expert(trial.officer, trial.slug, expert.person, -1, now=NOW)
    with pytest.raises(NotFound):
        await profiles.limit_expert(trial.officer, trial.slug, trial.applicant.person, 1, now=NOW)
    with pytest.raises(Forbidden):
        await profiles.limit_expert(expert, trial.slug, expert.person, 1, now=NOW)


@pytest.mark.parametrize("kind", ['"keywords"', '"several_of"\nvocabulary = true'])
async def test_the_vocabulary_is_that_of_the_latest_editions(kind: str) -> None:
    """Of experts and of proposals alike, whether it is a question for keywords or a list of choices."""
    trial = await Trial.publish(NOW, experts=0)
    assert await vocabulary([trial.call]) == ()
    words = f"""[[sections.fields]]
id = "words"
kind = {kind}
label = {{ fr = "Mots", en = "Words" }}
options = [
  {{ id = "z", label = {{ fr = "Zoo", en = "Zoo" }} }}, {{ id = "e", label = {{ fr = "Été", en = "Summer" }} }}
]

[[sections.fields]]"""
    other = await Trial.publish(NOW, experts=0, edits=[("form.toml", "[[sections.fields]]", words)])
    assert await vocabulary([trial.call, other.call]) == ("Été", "Zoo")
    for one, said in ((trial, ()), (other, ("Été",))):
        proposal = await one.draft(NOW)
        if one is other:
            await drafts.save_answers(one.applicant, proposal, {"words": drafts.Change(["e"])}, now=NOW)
        await submissions.submit_proposal(one.applicant, proposal, now=NOW)
        edition = await value("SELECT edition FROM proposal WHERE id = {}", proposal)
        assert (await words_of({proposal: edition}))[proposal]["keywords"] == said


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ("", "", ("Été",)),
        ('audience = "officers"', "", ()),
        ("", 'audience = "officers"', ()),
        ("", "identifying = true", ()),
    ],
)
async def test_experts_find_no_keyword_that_an_edition_keeps_from_them(
    first: str, second: str, said: tuple[str, ...]
) -> None:
    """That on which it was given, or the present one."""
    words = """
[[sections.fields]]
id = "words"
kind = "keywords"
label = { fr = "Mots", en = "Words" }
options = [{ id = "e", label = { fr = "Été", en = "Summer" } }]
"""
    trial, at = await Trial.publish(NOW, experts=0), clock.now()
    to = [await publish(trial, form=words + more) for more in (first, second)]
    proposal = await trial.draft(NOW)
    await migrate_proposal(PROCESS, trial.slug, proposal, to[0], now=at)
    await drafts.save_answers(trial.applicant, proposal, {"words": drafts.Change(["e"])}, now=at)
    await submissions.submit_proposal(trial.applicant, proposal, now=at)
    await migrate_proposal(PROCESS, trial.slug, proposal, to[1], now=at)
    edition = await value("SELECT edition FROM proposal WHERE id = {}", proposal)
    assert (await words_of({proposal: edition}))[proposal]["keywords"] == said
