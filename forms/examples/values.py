"""Values of an invented proposal, by kind of field."""

import random
import unicodedata
from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from stdnum import luhn
from stdnum.eu import vat
from stdnum.iso7064 import mod_11_2

from forms.kinds import (
    Block,
    Country,
    Date,
    DecimalNumber,
    Declaration,
    Email,
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
from forms.operands import ROW_ID

if TYPE_CHECKING:
    from forms.examples.story import Story

# Per country, how VAT numbers look: 9 stands for a digit.
VAT = {
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


def _short(story: "Story", field: Any) -> str:
    about = {"item": "items", "milestone": "milestones", "result": "results", "role": "roles"}
    texts = {"baseline": story.theme["baseline"], "target": story.theme["target"], "source": story.words["source"]}
    if field.id in about:
        return story.some(about[field.id])[: field.characters]
    return str(texts.get(field.id, story.words["unknown"]))[: field.characters]


def _long(story: "Story", field: Any) -> str:
    versions = story.texts.get(field.id, story.texts["generic"])[story.lang]
    text = str(story.luck.choice(versions))
    while field.least_words is not None and len(text.split()) < field.least_words:
        text += "\n\n" + story.texts["generic"][story.lang][0]
    return text[: field.characters]


def _person(story: "Story", _field: Any) -> dict[str, str]:
    given, family = story.some("given_names"), story.some("family_names")
    mailbox = unicodedata.normalize("NFKD", f"{given}.{family}").encode("ascii", "ignore").decode().lower()
    return {
        "given_name": given,
        "family_name": family,
        "position": story.some("positions"),
        "email": f"{mailbox}@{story.domain_name()}",
        "phone": f"01 99 00 {story.luck.randrange(100):02d} {story.luck.randrange(100):02d}",
    }


def _decimal(story: "Story", field: DecimalNumber) -> float:
    whole = _number(story, field)
    more = round(whole + story.luck.random(), field.decimals)
    return more if field.at_most is None or more <= field.at_most else whole


def _orcid(story: "Story", _field: Any) -> str:
    # Among the numbers that ORCID gives to nobody: its own begin at 0000-0001-5000-0007.
    digits = f"00000000{story.luck.randrange(10**7):07d}"
    digits += mod_11_2.calc_check_digit(digits)
    return "-".join(digits[at : at + 4] for at in range(0, 16, 4))


def _siren(story: "Story", _field: Any) -> str:
    siren = f"0{story.luck.randrange(10**7):07d}"
    return siren + luhn.calc_check_digit(siren)


def _siret(story: "Story", field: Any) -> str:
    siren = _siren(story, field)
    nic = f"000{story.luck.randrange(1, 9)}"
    return siren + nic + luhn.calc_check_digit(siren + nic)


def _foreign_id(story: "Story", _field: Any) -> dict[str, str]:
    pattern = VAT.get(story.country)
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


def _one_of(story: "Story", field: Any) -> Any:
    if field.other and story.luck.random() < 0.1:
        return {"other": story.some("other")}
    return story.luck.choice(_always(field.options)).id


def _always(options: Any) -> Any:
    """The options that are offered whatever else is answered; all of them where none is."""
    return tuple(option for option in options if option.shown_if is None) or options


def _several_of(story: "Story", field: Any) -> list[Any]:
    ids = [option.id for option in _always(field.options)]
    wanted = [story.domain] if story.domain in ids else []
    most = min(field.most or len(ids), len(ids), 4)
    count = story.luck.randint(max(field.least, 1), most)
    others = story.luck.sample([one for one in ids if one not in wanted], max(count - len(wanted), 0))
    return [*wanted, *others]


def _linked(story: "Story", field: LinkedChoice) -> dict[str, str]:
    first = story.luck.choice(_always(field.options))
    second = {"second": story.luck.choice(_always(first.options)).id} if first.options else {}
    return {"first": first.id, **second}


def _keywords(story: "Story", field: Keywords) -> list[Any]:
    wanted = story.luck.randint(max(field.least, 1), min(field.most, max(field.least, 4)))
    listed: list[Any] = [option.id for option in _always(field.options)]
    story.luck.shuffle(listed)
    free = story.luck.sample(story.words["results"], len(story.words["results"])) if field.free else []
    words = [{"other": word.partition(",")[0][: field.characters].strip()} for word in free]
    return [*listed, *words][:wanted]


def _period(story: "Story", field: Period) -> dict[str, str]:
    earliest = read_day(field.earliest or "") or date(2027, 1, 1)
    start = earliest + timedelta(story.luck.randrange(30))
    limits = (field.last(start), read_day(field.latest or ""))
    end = min((one for one in limits if one is not None), default=start + timedelta(3 * 365))
    return {"start": start.isoformat(), "end": max(end, start).isoformat()}


def _address(story: "Story", _field: Any) -> dict[str, str]:
    return {
        "street": f"{story.luck.randint(1, 90)} rue des Essais",
        "postcode": postcode_example(story.country),
        "city": story.place,
        "country": story.country,
    }


def _organisation(story: "Story", field: Organisation) -> dict[str, str]:
    french = story.country == "FR"
    number = _siren(story, field) if french else _vat_number(story.luck, VAT[story.country])
    made = {"name": story.body(story.public), "identifier": number, **_address(story, field)}
    return {key: part for key, part in made.items() if key in field.parts()}


def _number(story: "Story", field: Any) -> int:
    least = int(field.at_least if field.at_least is not None else 0)
    most = int(field.at_most if field.at_most is not None else least + 100_000)
    small = {"staff": 60, "month": 24, "concurrent_users": 5000, "reach": 200_000}
    return story.luck.randint(least, min(most, least + small.get(field.id, 40_000)))


def _money(story: "Story", field: Any) -> int:
    return int(field.at_least or 0) + 500 * story.luck.randint(4, 90)


def _scale(story: "Story", field: Any) -> int:
    values = [level.value for level in _always(field.levels)]
    # Who answers a call has something to show: the upper part of the scale.
    return int(story.luck.choice(values[len(values) // 3 :]))


def _date(story: "Story", _field: Any) -> str:
    return f"{story.luck.randint(2021, 2024)}-{story.luck.randint(1, 12):02d}-{story.luck.randint(1, 28):02d}"


def _table(story: "Story", field: Any) -> dict[str, Any]:
    count = min(max(field.least_rows, 2) + story.luck.randint(0, 2), field.most_rows)
    rows = [{column.id: story.answer(column) for column in field.columns} for _ in range(count)]
    for index, row in enumerate(rows):
        for key in ("item", "milestone", "result", "role"):
            if key in row:
                row[key] = story.words[f"{key}s"][index % len(story.words[f"{key}s"])]
        if index and "indicator" in row:
            row.update(story.words["indicators"][(index - 1) % len(story.words["indicators"])])
        if "nature" in row:
            natures = _always(next(one for one in field.columns if one.id == "nature").options)
            row["nature"] = natures[index % min(len(natures), 5)].id
        if "month" in row:
            row["month"] = 3 * index
    _within_totals(field, rows)
    for row in rows:
        if {"amount", "own", "requested"} <= row.keys():
            row["own"] = row["amount"] // 1000 * 300
            row["requested"] = row["amount"] - row["own"]
    return {"rows": rows}


def _block(story: "Story", field: Block) -> dict[str, Any]:
    """Each row is somebody else, from somewhere else."""
    home = (story.name, story.place, story.country)
    countries = sorted(VAT)
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


BY_KIND: dict[type, Callable[["Story", Any], Any]] = {
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
