"""Random forms, with fields of every kind and conditions on each other, and random answers to them."""

from typing import Any

import msgspec
from hypothesis import strategies as st

import forms
from forms.conditions import (
    AllOf,
    AllRows,
    Among,
    AnyOf,
    AnyRow,
    AtLeast,
    AtMost,
    Compare,
    Condition,
    Contains,
    Count,
    Equals,
    Filled,
    Not,
)
from forms.kinds import (
    AnyField,
    Block,
    Computed,
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
    Option,
    Orcid,
    Organisation,
    Percentage,
    Period,
    Person,
    Phone,
    PostalAddress,
    Ror,
    Scale,
    ScaleLevel,
    SeveralOf,
    ShortText,
    Siren,
    Siret,
    Table,
    Total,
    Url,
    YesNo,
)
from forms.kinds.linked import LinkedOption
from forms.operands import (
    Answer,
    Days,
    Difference,
    Highest,
    Least,
    Lowest,
    Most,
    Operand,
    Product,
    Ratio,
    Rows,
    Sum,
    Today,
)
from forms.operands import Total as OfColumn

T = forms.Text("texte", "text")
OPTIONS = tuple(Option(id=name, label=T) for name in ("a", "b", "c"))
LINKED = (LinkedOption("a", T, OPTIONS[1:]), LinkedOption("b", T))
LEVELS = tuple(ScaleLevel(value=value, name=T, definition=T) for value in (1, 2, 5))


def _offered(options: tuple[Any, ...], condition: Condition) -> tuple[Any, ...]:
    """The first one where the condition holds, the second one where it does not, in their own lists too."""
    conditions = [condition, Not(condition), *([None] * len(options))]
    made = []
    for option, wanted in zip(options, conditions, strict=False):
        inner = {"options": _offered(option.options, wanted or condition)} if isinstance(option, LinkedOption) else {}
        made.append(msgspec.structs.replace(option, shown_if=wanted, **inner))
    return tuple(made)


def _columns() -> tuple[Any, ...]:
    return (
        ShortText(id="item", label=T, required=True, characters=10),
        Money(id="amount", label=T, required=True),
        OneOf(id="nature", label=T, options=_offered(OPTIONS, AtLeast("amount", 3)), other=True),
        Date(id="day", label=T, required=True, shown_if=Not(Equals("nature", "a"))),
    )


def _parts() -> tuple[Any, ...]:
    """A row in which one thing is shown or asked by another."""
    return (
        ShortText(id="item", label=T, required=True, characters=10),
        Money(id="amount", label=T, required_if=Filled("day")),
        OneOf(id="nature", label=T, options=OPTIONS, other=True, shown_if=AtLeast("amount", 3)),
        Date(id="day", label=T, required=True, shown_if=Not(Equals("nature", "a"))),
        SeveralOf(id="several", label=T, options=_offered(OPTIONS, Filled("item")), other=True),
        Person(id="who", label=T, shown_if=Contains("several", "b")),
        Siren(id="siren", label=T),
        Period(id="when", label=T, most_days=10, shown_if=Compare(Answer("siren"), "equal", "732829320")),
        Keywords(id="words", label=T, options=OPTIONS, free=True),
        Computed(id="worked", label=T, value=Product((Answer("twice"), 1.5)), decimals=1),
        Computed(id="twice", label=T, value=Sum((Answer("amount"), Answer("amount"))), shown_if=Filled("item")),
    )


MAKERS: tuple[Any, ...] = (
    lambda more: ShortText(**more, characters=20),
    lambda more: LongText(**more, characters=50, words=6, least_words=1),
    lambda more: Email(**more),
    lambda more: Phone(**more),
    lambda more: Url(**more),
    lambda more: Integer(**more, at_least=0, at_most=10),
    lambda more: Money(**more, at_most=1000),
    lambda more: Percentage(**more),
    lambda more: Date(**more, latest="today"),
    lambda more: YesNo(**more),
    lambda more: Declaration(**more),
    lambda more: OneOf(**more, options=OPTIONS, other=True),
    lambda more: SeveralOf(**more, options=OPTIONS, most=2),
    lambda more: Country(**more, among="eu"),
    lambda more: Scale(**more, levels=LEVELS),
    lambda more: DecimalNumber(**more, at_least=0, at_most=10, decimals=2),
    lambda more: Siren(**more),
    lambda more: Siret(**more),
    lambda more: Orcid(**more),
    lambda more: Ror(**more),
    lambda more: ForeignId(**more),
    lambda more: Person(**more),
    lambda more: Period(**more, earliest="2025-01-01", latest="2030-12-31", most_months=36),
    lambda more: Keywords(**more, options=OPTIONS, free=True, least=1, most=3, characters=12),
    lambda more: LinkedChoice(**more, options=LINKED, first_label=T, second_label=T),
    lambda more: PostalAddress(**more),
    lambda more: Organisation(**more, among="eu", needs=("name", "country", "identifier"), address=True),
    lambda more: Table(
        **more, columns=_columns(), least_rows=1, most_rows=3, totals=(Total(column="amount", label=T, at_most=50),)
    ),
    lambda more: Block(**more, fields=_parts(), row_title=T, row_name="item", least_rows=1, most_rows=3),
    lambda more: File(**more, types=("application/pdf",), most_bytes=100, most_files=2),
)

SCALARS = st.one_of(
    st.sampled_from(
        ["a", "b", "FR", "DE", "2025-04-01", "73282932000074", "x@y.example", "https://a.example", "other"]
    ),
    st.booleans(),
    st.integers(-5, 15),
    st.floats(allow_nan=False, allow_infinity=False, width=16),
    st.text(max_size=30),
    st.none(),
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(
                [
                    *("other", "rows", "item", "amount", "@id", "email", "scheme", "x"),
                    *("start", "end", "first", "second", "country", "postcode", "city", "street", "name", "identifier"),
                ]
            ),
            inner,
            max_size=3,
        ),
    ),
    max_leaves=8,
)


CELLS = ["item", "amount", "nature", "day"]
PARTS = ["start", "end", "first", "country", "postcode", "other", "x"]
VALUES = st.sampled_from(["a", "FR", 1, True, False, 2.5])
LIMITS = st.one_of(st.none(), st.integers(0, 3))


@st.composite
def _plain(draw: st.DrawFn, over: list[str]) -> Operand:
    field = st.sampled_from(over)
    columns: tuple[Any, ...] = (OfColumn, Lowest, Highest)
    makers: list[st.SearchStrategy[Any]] = [
        st.builds(Answer, field),
        st.builds(Answer, field),
        *(st.builds(one, field, st.sampled_from([*CELLS, "worked"])) for one in columns),
        st.builds(Answer, field, st.sampled_from(PARTS)),
        st.builds(Rows, field),
        st.builds(Today, st.integers(-14, 14), st.integers(-40, 40)),
        st.sampled_from([0.1, 0.3, 3, -7, 1e-7, 2**53, "a", "2025-04-30", "2025-02-29", ""]),
    ]
    found: Operand = draw(draw(st.sampled_from(makers)))
    return found


@st.composite
def operands(draw: st.DrawFn, over: list[str], depth: int = 2) -> Operand:
    """An expression: one side of a comparison, or what a computed field comes to."""
    part = operands(over, depth - 1) if depth > 1 else _plain(over)
    match draw(st.sampled_from(["plain", "plain", "several", "two"])):
        case "several":
            some: tuple[Any, ...] = (Sum, Difference, Product, Least, Most)
            made: Operand = draw(st.sampled_from(some))(tuple(draw(st.lists(part, max_size=3))))
            return made
        case "two":
            both: tuple[Any, ...] = (Ratio, Days)
            pair: Operand = draw(st.sampled_from(both))(draw(part), draw(part))
            return pair
        case _:
            return draw(_plain(over))


def leaves(over: list[str]) -> st.SearchStrategy[Condition]:
    """A comparison over these fields."""
    field = st.sampled_from(over)
    return st.one_of(
        st.builds(Filled, field),
        st.builds(Equals, field, VALUES),
        st.builds(lambda one, value: Among(one, (value, "a", True)), field, VALUES),
        st.builds(Contains, field, st.sampled_from(["b", "other"])),
        st.builds(AtLeast, field, st.just(3)),
        st.builds(AtMost, field, st.just(3)),
        st.builds(Compare, operands(over), RELATIONS, operands(over)),
    )


RELATIONS = st.sampled_from(["equal", "at_least", "at_most", "before", "after"])


@st.composite
def conditions(draw: st.DrawFn, over: list[str]) -> Condition:
    """A condition over these fields, and over the cells of their rows."""
    field, where = st.sampled_from(over), leaves(CELLS)
    rows = st.one_of(
        st.builds(Count, field, LIMITS, LIMITS, st.one_of(st.none(), where)),
        st.builds(AnyRow, field, where),
        st.builds(AllRows, field, where),
    )
    tree = st.recursive(
        st.one_of(leaves(over), rows),
        lambda inner: st.one_of(
            st.builds(Not, inner),
            st.lists(inner, min_size=1, max_size=2).map(lambda parts: AllOf(tuple(parts))),
            st.lists(inner, min_size=1, max_size=2).map(lambda parts: AnyOf(tuple(parts))),
        ),
        max_leaves=4,
    )
    return draw(tree)


@st.composite
def _looking(draw: st.DrawFn, field: Any, before: list[str]) -> Any:
    """A table or block of which one cell is shown, one required, by answers outside it."""
    part = "columns" if isinstance(field, Table) else "fields"
    cells = list(field.cells)
    names = [f"../{name}" for name in before]
    for name in ("shown_if", "required_if"):
        at = draw(st.integers(0, len(cells) - 1))
        own = [cell.id for cell in cells[:at] if not cell.computed]
        if name == "shown_if" or not cells[at].computed:
            cells[at] = msgspec.structs.replace(cells[at], **{name: draw(conditions([*names, *own]))})
    return msgspec.structs.replace(field, **{part: tuple(cells)})


@st.composite
def rules(draw: st.DrawFn, form: forms.Form) -> tuple[forms.Rule, ...]:
    """Rules across the fields of a form, and over the rows of its tables."""
    over = [field.id for field in form.fields if field.answered]
    tables = [field.id for field in form.fields if field.cells]
    made = []
    for index in range(draw(st.integers(0, 4)) if over else 0):
        rows = draw(st.sampled_from([None, *tables]))
        names = CELLS if rows else over
        condition = leaves([*CELLS, *(f"../{name}" for name in over)]) if rows else conditions(over)
        made.append(
            forms.Rule(
                id=f"r{index}",
                fields=tuple(draw(st.lists(st.sampled_from(names), min_size=1, max_size=2, unique=True))),
                must=draw(condition),
                message=T,
                when=draw(st.one_of(st.none(), condition)),
                effect=draw(st.sampled_from(["error", "eligibility"])),
                each_row=rows,
            )
        )
    return tuple(made)


@st.composite
def some_forms(draw: st.DrawFn) -> forms.Form:
    """One to eight fields of random kinds; conditions look at fields before their own, so there is no cycle."""
    fields: list[AnyField] = []
    for index, make in enumerate(draw(st.lists(st.sampled_from(MAKERS), min_size=1, max_size=8))):
        before = [field.id for field in fields if field.answered or field.computed]
        more: dict[str, Any] = {"id": f"f{index}", "label": T, "required": draw(st.booleans())}
        if bool(before) and draw(st.booleans()):
            more["shown_if"] = draw(conditions(before))
        if bool(before) and draw(st.booleans()):
            more["required_if"] = draw(conditions(before))
        if before and draw(st.integers(0, 3)) == 0:
            del more["required"]
            more.pop("required_if", None)
            fields.append(Computed(**more, value=draw(operands(before)), decimals=draw(st.integers(0, 4))))
        else:
            field = make(more)
            if before and isinstance(field, OneOf | SeveralOf | Keywords | LinkedChoice) and draw(st.booleans()):
                field = msgspec.structs.replace(field, options=_offered(field.options, draw(conditions(before))))
            if before and isinstance(field, Scale) and draw(st.booleans()):
                field = msgspec.structs.replace(field, levels=_offered(field.levels, draw(conditions(before))))
            if before and isinstance(field, Table | Block) and draw(st.booleans()):
                field = draw(_looking(field, before))
            fields.append(field)
    half = len(fields) // 2
    sections = [forms.Section(id="one", title=T, fields=tuple(fields[:half]))] if half else []
    sections.append(forms.Section(id="two", title=T, fields=tuple(fields[half:])))
    form = forms.Form(sections=tuple(sections), title_field="f0", organisation_field="f0")
    return msgspec.structs.replace(form, rules=draw(rules(form)))


@st.composite
def answered_forms(draw: st.DrawFn) -> tuple[forms.Form, dict[str, Any]]:
    """A form, and answers of any JSON to some of its fields."""
    form = draw(some_forms())
    return form, {field.id: draw(JSON) for field in form.fields if draw(st.integers(0, 4))}
