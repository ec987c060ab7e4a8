"""Invented proposals: complete, valid, varied answers to any edition, for demonstrations and tests.

The same edition, number and language always give the same answers. Nobody and nothing named exists; SIREN numbers begin
with 0, which is given to nobody.
"""

import random
import tomllib
import unicodedata
from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache
from importlib.resources import files
from typing import Any

from stdnum import luhn
from stdnum.eu import vat
from stdnum.iso7064 import mod_11_2

from forms.answers import required, shown_fields, typed, visible
from forms.base import Field
from forms.clocks import local_day
from forms.edition import Edition
from forms.kinds import (
    Block,
    Country,
    Date,
    DecimalNumber,
    Declaration,
    Email,
    File,
    ForeignId,
    Integer,
    Keywords,
    LinkedChoice,
    LongText,
    Money,
    OneOf,
    Orcid,
    Organisation,
    Percentage,
    Period,
    Person,
    Phone,
    PostalAddress,
    Ror,
    Scale,
    SeveralOf,
    ShortText,
    Siren,
    Siret,
    Table,
    Url,
    YesNo,
)
from forms.kinds.addresses import postcode_example
from forms.kinds.codes import ror_of
from forms.kinds.numbers import read_day
from forms.mending import mend
from forms.operands import ROW_ID
from forms.pdf import small_pdf

# Per country, how VAT numbers look: 9 stands for a digit.
_VAT = {
    "BE": "BE0999999999",
    "DE": "DE999999999",
    "ES": "ESB99999999",
    "GR": "EL999999999",
    "IE": "IE9999999A",
    "IT": "IT99999990019",
    "LU": "LU99999999",
    "NL": "NL999999999B01",
    "PL": "PL9999999999",
    "PT": "PT599999999",
}


def complete_answers(edition: Edition, n: int, *, lang: str = "fr") -> dict[str, Any]:
    """Answers that `validate` accepts with the files of `small_files(edition, n)`: proposal number `n`,
    in `fr` or `en`. One in four is submitted by a body of another country of the Union.
    """
    story = _Story(edition, n, lang)
    answers: dict[str, Any] = {}
    for field in edition.form.fields:
        if field.answered:
            answers[field.id] = story.answer(field)
    mend(edition.form, answers, day_of(edition), story.answer)
    return typed(edition.form, visible(edition.form, answers, day_of(edition)))


def day_of(edition: Edition) -> date:
    """A day on which a proposal may be submitted: the first one."""
    return local_day(edition.call.opens)


def small_files(edition: Edition, n: int) -> list[tuple[str, str, bytes]]:
    """The attachments that proposal number `n` must have: field, file name, a small valid PDF."""
    answers = complete_answers(edition, n)
    title = str(answers.get(edition.form.title_field, edition.call.prefix))
    today = day_of(edition)
    shown = shown_fields(edition.form, answers, today)
    return [
        (field.id, f"{field.id}-{n}.pdf", small_pdf(f"{field.label.fr} : {title}"))
        for field in edition.form.fields
        if isinstance(field, File) and field.id in shown and required(field, answers, today)
    ]


@lru_cache(maxsize=1)
def _texts() -> dict[str, Any]:
    return tomllib.loads((files("forms") / "example_texts.toml").read_text(encoding="utf-8"))


class _Story:
    """One invented proposal: who submits it, what it is about, and the luck that settles the rest."""

    def __init__(self, edition: Edition, n: int, lang: str) -> None:
        texts = _texts()
        self.luck = random.Random(f"{edition.call.slug}-{n}")  # noqa: S311  examples, not secrets
        self.lang = "en" if lang == "en" else "fr"
        self.texts = texts["texts"]
        self.words = {**texts["words"], **texts["words"][self.lang]}
        theme = texts["stories"][n % len(texts["stories"])]
        self.domain: str = theme["domain"]
        self.theme: dict[str, str] = theme[self.lang]
        self.country = self.luck.choice(sorted(_VAT)) if n % 4 == 3 else "FR"
        self.kind = self._kind(edition)
        self.name: str = self.luck.choice(self.words["names"])
        self.place: str = self.luck.choice(self.words["places"])
        self.round = n // len(texts["stories"])
        self.said: dict[str, Any] = {}

    def _kind(self, edition: Edition) -> str:
        field = edition.form.field("organisation_kind")
        return self.luck.choice([option.id for option in field.options]) if isinstance(field, OneOf) else "company"

    def answer(self, field: Field) -> Any:
        """A valid answer to any field that takes one."""
        named = self._named(field)
        self.said[field.id] = named if named is not None else _BY_KIND[type(field)](self, field)
        return self.said[field.id]

    def _named(self, field: Field) -> Any:
        """What is known of this proposal from its story, by field id."""
        if field.id in ("organisation_name", "employer"):
            return self.body(self.public)
        if field.id in ("public_partner", "private_partner"):
            return self.body(field.id == "public_partner")
        if field.id == "accessibility":
            return "partial" if isinstance(field, OneOf) and self.luck.random() < 0.6 else None
        if field.id == "accessibility_rate":
            rate = self.luck.choice((62.5, 78, 84, 91))
            return {"full": 100, "not_compliant": rate / 2}.get(str(self.said.get("accessibility")), rate)
        # A second round of stories gets another name.
        title = self.theme["title"] + (f" {self.round + 1}" if self.round else "")
        known = {"organisation_kind": self.kind, "country": self.country, **self.theme, "title": title}
        return known.get(field.id)

    @property
    def public(self) -> bool:
        """Whether the body that submits is a public one."""
        return self.kind in ("ministry", "agency", "local", "health", "research")

    def body(self, public: bool) -> str:  # noqa: FBT001  read with its value's name at both calls
        """The name of an invented legal body; that of the proposal's own place."""
        place = self.place
        if public:
            forms = {
                "ministry": f"Direction régionale des services numériques de {place}",
                "agency": f"Agence nationale de l’eau de {place}",
                "local": f"Département de {place}",
                "health": f"Centre hospitalier de {place}",
                "research": f"Université de {place}",
            }
            return forms.get(self.kind, f"Ville de {place}")
        suffix = {"association": "Association", "research": "Institut", "consortium": "Groupement"}.get(self.kind)
        legal = {"FR": "SAS", "DE": "GmbH", "AT": "GmbH", "ES": "SL", "IT": "Srl", "NL": "BV", "BE": "SRL", "PT": "Lda"}
        return f"{suffix} {self.name}" if suffix else f"{self.name} {legal.get(self.country, 'SA')}"

    def some(self, key: str) -> str:
        """One of the words of a list."""
        return str(self.luck.choice(self.words[key]))

    def domain_name(self) -> str:
        """A mail and web domain that cannot exist."""
        plain = unicodedata.normalize("NFKD", self.name).encode("ascii", "ignore").decode().lower()
        return f"{plain}.example"


def _short(story: _Story, field: Any) -> str:
    about = {"item": "items", "milestone": "milestones", "result": "results", "role": "roles"}
    texts = {"baseline": story.theme["baseline"], "target": story.theme["target"], "source": story.words["source"]}
    if field.id in about:
        return story.some(about[field.id])[: field.characters]
    return str(texts.get(field.id, story.words["unknown"]))[: field.characters]


def _long(story: _Story, field: Any) -> str:
    versions = story.texts.get(field.id, story.texts["generic"])[story.lang]
    text = str(story.luck.choice(versions))
    while field.least_words is not None and len(text.split()) < field.least_words:
        text += "\n\n" + story.texts["generic"][story.lang][0]
    return text[: field.characters]


def _person(story: _Story, _field: Any) -> dict[str, str]:
    given, family = story.some("given_names"), story.some("family_names")
    mailbox = unicodedata.normalize("NFKD", f"{given}.{family}").encode("ascii", "ignore").decode().lower()
    return {
        "given_name": given,
        "family_name": family,
        "position": story.some("positions"),
        "email": f"{mailbox}@{story.domain_name()}",
        "phone": f"01 99 00 {story.luck.randrange(100):02d} {story.luck.randrange(100):02d}",
    }


def _decimal(story: _Story, field: DecimalNumber) -> float:
    whole = _number(story, field)
    more = round(whole + story.luck.random(), field.decimals)
    return more if field.at_most is None or more <= field.at_most else whole


def _orcid(story: _Story, _field: Any) -> str:
    # Among the numbers that ORCID gives to nobody: its own begin at 0000-0001-5000-0007.
    digits = f"00000000{story.luck.randrange(10**7):07d}"
    digits += mod_11_2.calc_check_digit(digits)
    return "-".join(digits[at : at + 4] for at in range(0, 16, 4))


def _siren(story: _Story, _field: Any) -> str:
    siren = f"0{story.luck.randrange(10**7):07d}"
    return siren + luhn.calc_check_digit(siren)


def _siret(story: _Story, field: Any) -> str:
    siren = _siren(story, field)
    nic = f"000{story.luck.randrange(1, 9)}"
    return siren + nic + luhn.calc_check_digit(siren + nic)


def _foreign_id(story: _Story, _field: Any) -> dict[str, str]:
    pattern = _VAT.get(story.country)
    if pattern is None or story.luck.random() < 0.3:
        number = f"{story.country} {story.luck.randrange(10**6):06d}"
        return {"scheme": "national_register", "number": number, "register": story.words["register"]}
    return {"scheme": "eu_vat", "number": _vat_number(story.luck, pattern)}


def _vat_number(luck: random.Random, pattern: str) -> str:
    while True:
        number = "".join(
            str(luck.randrange(10))
            if one == "9"
            else luck.choice("ABCDEFGHIJKLMNOPQRSTUVW")
            if one == "A" and at > 8
            else one
            for at, one in enumerate(pattern)
        )
        if vat.is_valid(number):
            return number


def _one_of(story: _Story, field: Any) -> Any:
    if field.other and story.luck.random() < 0.1:
        return {"other": story.some("other")}
    return story.luck.choice(field.options).id


def _several_of(story: _Story, field: Any) -> list[Any]:
    ids = [option.id for option in field.options]
    wanted = [story.domain] if story.domain in ids else []
    most = min(field.most or len(ids), len(ids), 4)
    count = story.luck.randint(max(field.least, 1), most)
    others = story.luck.sample([one for one in ids if one not in wanted], max(count - len(wanted), 0))
    return [*wanted, *others]


def _linked(story: _Story, field: LinkedChoice) -> dict[str, str]:
    first = story.luck.choice(field.options)
    second = {"second": story.luck.choice(first.options).id} if first.options else {}
    return {"first": first.id, **second}


def _keywords(story: _Story, field: Keywords) -> list[Any]:
    wanted = story.luck.randint(max(field.least, 1), min(field.most, max(field.least, 4)))
    listed: list[Any] = [option.id for option in field.options]
    story.luck.shuffle(listed)
    free = story.luck.sample(story.words["results"], len(story.words["results"])) if field.free else []
    words = [{"other": word.partition(",")[0][: field.characters].strip()} for word in free]
    return [*listed, *words][:wanted]


def _period(story: _Story, field: Period) -> dict[str, str]:
    earliest = read_day(field.earliest or "") or date(2027, 1, 1)
    start = earliest + timedelta(story.luck.randrange(30))
    limits = (field.last(start), read_day(field.latest or ""))
    end = min((one for one in limits if one is not None), default=start + timedelta(3 * 365))
    return {"start": start.isoformat(), "end": max(end, start).isoformat()}


def _address(story: _Story, _field: Any) -> dict[str, str]:
    return {
        "street": f"{story.luck.randint(1, 90)} rue des Essais",
        "postcode": postcode_example(story.country),
        "city": story.place,
        "country": story.country,
    }


def _organisation(story: _Story, field: Organisation) -> dict[str, str]:
    french = story.country == "FR"
    number = _siren(story, field) if french else _vat_number(story.luck, _VAT[story.country])
    made = {"name": story.body(story.public), "identifier": number, **_address(story, field)}
    return {key: part for key, part in made.items() if key in field.parts()}


def _number(story: _Story, field: Any) -> int:
    least = int(field.at_least if field.at_least is not None else 0)
    most = int(field.at_most if field.at_most is not None else least + 100_000)
    small = {"staff": 60, "month": 24, "concurrent_users": 5000, "reach": 200_000}
    return story.luck.randint(least, min(most, least + small.get(field.id, 40_000)))


def _money(story: _Story, field: Any) -> int:
    return int(field.at_least or 0) + 500 * story.luck.randint(4, 90)


def _scale(story: _Story, field: Any) -> int:
    values = [level.value for level in field.levels]
    # Who answers a call has something to show: the upper part of the scale.
    return int(story.luck.choice(values[len(values) // 3 :]))


def _date(story: _Story, _field: Any) -> str:
    return f"{story.luck.randint(2021, 2024)}-{story.luck.randint(1, 12):02d}-{story.luck.randint(1, 28):02d}"


def _table(story: _Story, field: Any) -> dict[str, Any]:
    count = min(max(field.least_rows, 2) + story.luck.randint(0, 2), field.most_rows)
    rows = [{column.id: story.answer(column) for column in field.columns} for _ in range(count)]
    for index, row in enumerate(rows):
        for key in ("item", "milestone", "result", "role"):
            if key in row:
                row[key] = story.words[f"{key}s"][index % len(story.words[f"{key}s"])]
        if index and "indicator" in row:
            row.update(story.words["indicators"][(index - 1) % len(story.words["indicators"])])
        if "nature" in row:
            row["nature"] = next(one for one in field.columns if one.id == "nature").options[index % 5].id
        if "month" in row:
            row["month"] = 3 * index
    _within_totals(field, rows)
    for row in rows:
        if {"amount", "own", "requested"} <= row.keys():
            row["own"] = row["amount"] // 1000 * 300
            row["requested"] = row["amount"] - row["own"]
    return {"rows": rows}


def _block(story: _Story, field: Block) -> dict[str, Any]:
    """Each row is somebody else, from somewhere else."""
    home = (story.name, story.place, story.country)
    countries = sorted(_VAT)
    story.luck.shuffle(countries)
    rows = []
    for index in range(min(max(field.least_rows, 1) + story.luck.randint(0, 2), field.most_rows)):
        story.name, story.place = (story.luck.choice(story.words[key]) for key in ("names", "places"))
        story.country = countries[index % len(countries)]
        row = {cell.id: story.answer(cell) for cell in field.cells if cell.answered}
        if field.row_name is not None:
            row[field.row_name] = story.body(index % 2 == 0)
        rows.append({ROW_ID: f"r{index + 1}"} | row)
    story.name, story.place, story.country = home
    return {"rows": rows}


def _within_totals(field: Table, rows: list[dict[str, Any]]) -> None:
    """Amounts that together stay below the least limit of the table's totals: each is a share of it."""
    most = min((total.at_most for total in field.totals if total.at_most is not None), default=None)
    if most is None or sum(row.get("amount", 0) for row in rows) <= most:
        return
    share = int(most / len(rows)) // 500 * 500
    for index, row in enumerate(rows):
        row["amount"] = max(share - 500 * index, 2000)


_BY_KIND: dict[type, Callable[[_Story, Any], Any]] = {
    ShortText: _short,
    LongText: _long,
    Email: lambda story, _: f"contact@{story.domain_name()}",
    Phone: lambda story, _: _person(story, _)["phone"],
    Url: lambda story, field: f"https://{'forge' if field.id == 'repository' else 'www'}.{story.domain_name()}",
    Integer: _number,
    DecimalNumber: _decimal,
    Money: _money,
    Percentage: lambda story, _: story.luck.choice((20, 50, 75, 80, 100)),
    Date: _date,
    YesNo: lambda story, _: story.luck.random() < 0.7,
    Declaration: lambda _story, _: True,
    OneOf: _one_of,
    SeveralOf: _several_of,
    Country: lambda story, _: story.country,
    Scale: _scale,
    Siren: _siren,
    Siret: _siret,
    Orcid: _orcid,
    Ror: lambda story, _: ror_of(f"0{story.luck.randrange(10**6):06d}"),
    ForeignId: _foreign_id,
    Person: _person,
    LinkedChoice: _linked,
    Keywords: _keywords,
    Period: _period,
    PostalAddress: _address,
    Organisation: _organisation,
    Table: _table,
    Block: _block,
}
