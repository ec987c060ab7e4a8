"""What a request says: strict JSON bodies, query parameters, versions. Every fault at once, by JSON pointer."""

import asyncio
import re
from collections.abc import Iterator
from functools import cache
from typing import Any, TypeVar

import msgspec
from msgspec import structs

from forms import FieldError, step
from service.doors.failures import BadRequest, VersionNeeded, WrongMedia
from service.doors.people import AnyRequest
from service.problems import Invalid, Problem

JSON = "application/json"
SLOWEST = 30.0  # seconds for a body that is not a file
LARGEST_VERSION = 2**31 - 2
_ETAG = re.compile(r'(?:W/)?"?(\d{1,10})"?')
LONGEST_SAID = 300  # characters of a library's sentence, which may quote what was sent
_AT = " - at `$"
_STEP = re.compile(r"\.(?P<name>[^.\[]+)|\[(?P<index>\d+|\.\.\.)\]")

S = TypeVar("S", bound=msgspec.Struct)


async def body(request: AnyRequest, kind: type[S]) -> S:
    """The body as one of our structs: strict types, no unknown field, no null character. Raises BadRequest, Invalid,
    WrongMedia, TooLarge."""
    return convert(await json_body(request), kind)


async def json_body(request: AnyRequest) -> Any:
    """The body as JSON, of any shape; null for an empty body."""
    content = await _read(request)
    if not content.strip():
        return None
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media != JSON and not media.endswith("+json"):
        raise WrongMedia(f"Envoyez du JSON, avec l’en-tête Content-Type: {JSON}.")
    try:
        sent = msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise BadRequest(f"Le corps de la demande n’est pas du JSON valable : {error}", code="bad_json") from error
    errors = list(_null_characters(sent)) if b"\\u0000" in content or b"\0" in content else []
    if errors:
        raise Invalid(errors, "Le texte contient un caractère nul, qui ne peut pas être conservé.")
    return sent


async def _read(request: AnyRequest) -> bytes:
    try:
        async with asyncio.timeout(SLOWEST):
            return await request.body()
    except TimeoutError as error:
        raise BadRequest("La demande n’est pas arrivée en entier à temps.", code="upload_interrupted") from error


def _null_characters(value: Any, at: str = "") -> Iterator[FieldError]:
    match value:
        case str() if "\0" in value:
            yield FieldError(
                at, "null_character", "Ce texte contient un caractère nul.", "This text has a null character."
            )
        case dict():
            for key, part in value.items():
                yield from _null_characters(key, f"{at}/{step(key)}".lstrip("/"))
                yield from _null_characters(part, f"{at}/{step(key)}".lstrip("/"))
        case list():
            for index, part in enumerate(value):
                yield from _null_characters(part, f"{at}/{index}".lstrip("/"))


def convert(sent: Any, kind: type[S]) -> S:
    """A decoded body as one of our structs. Raises Invalid: each unknown field, each field's first fault."""
    if not isinstance(sent, dict):
        raise BadRequest("Le corps de la demande doit être un objet JSON.", code="object_expected")
    fields = {field.encode_name: field for field in _fields(kind)}
    errors = [
        FieldError(step(name), "unknown_field", "Ce champ n’existe pas.", f"No such field; known: {', '.join(fields)}.")
        for name in sent
        if name not in fields
    ]
    for name, field in fields.items():
        if name in sent:
            errors += _faults(sent[name], field.type, name)
        elif field.required:
            errors.append(FieldError(name, "required", "Ce champ est obligatoire.", "This field is required."))
    if errors:
        raise Invalid(errors, "La demande n’a pas la forme attendue.")
    return msgspec.convert(sent, kind)


@cache
def _fields(kind: type[msgspec.Struct]) -> tuple[structs.FieldInfo, ...]:
    """Looking types up takes longer than reading a body."""
    return structs.fields(kind)


def _faults(value: Any, kind: Any, at: str) -> list[FieldError]:
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        said, path = _placed(str(error))
        return [FieldError("/".join([at, *path]), "wrong_type", "Cette valeur n’est pas du type attendu.", said)]
    return []


def _placed(message: str) -> tuple[str, list[str]]:
    """The library's sentence, and the steps of the path that it ends with."""
    # The library's own mark is the last one: the sentence before it may quote one that was sent.
    said, mark, path = message.rpartition(_AT)
    if not (mark and path.endswith("`")):
        said, path = message, ""
    steps = [step(found["name"] or found["index"]) for found in _STEP.finditer(path[:LONGEST_SAID])]
    # The library writes [...] for a key or an item that it does not name.
    return said[:LONGEST_SAID], [one for one in steps if one != "..."]


def query(request: AnyRequest, kind: type[S]) -> S:
    """The query string as one of our structs. Raises Invalid for unknown, repeated and ill-typed parameters."""
    given: dict[str, Any] = {}
    errors: list[FieldError] = []
    fields = {field.encode_name: field for field in _fields(kind)}
    for name, value in request.query_params.multi_items():
        if name not in fields:
            errors.append(
                FieldError(
                    step(name), "unknown_parameter", "Ce paramètre n’existe pas.", f"Known: {', '.join(fields)}."
                )
            )
        elif name in given or "\0" in value:
            errors.append(
                FieldError(step(name), "bad_parameter", "Ce paramètre n’est pas valable.", "Not a valid parameter.")
            )
        given[name] = value
    for name, field in fields.items():
        if name not in given:
            if field.required:
                errors.append(
                    FieldError(name, "required", "Ce paramètre est obligatoire.", "This parameter is required.")
                )
            continue
        try:
            msgspec.convert(given[name], field.type, strict=False)
        except msgspec.ValidationError as error:
            said = str(error)[:LONGEST_SAID]
            errors.append(FieldError(name, "wrong_type", "Ce paramètre n’est pas du type attendu.", said))
    if errors:
        raise Invalid(errors, "L’adresse demandée a des paramètres qui ne conviennent pas.")
    return msgspec.convert(given, kind, strict=False)


def version(request: AnyRequest) -> int:
    """The version that a change is based on, from If-Match: `"3"`, `3`, `W/"3"`; 0 where nothing was there yet.

    Raises VersionNeeded (428) without the header.
    """
    said = request.headers.get("if-match")
    if said is None:
        raise VersionNeeded
    found = _ETAG.fullmatch(said.strip())
    if found is None or int(found[1]) > LARGEST_VERSION:
        raise Problem("L’en-tête If-Match n’est pas une version que ce service a donnée.", code="bad_if_match")
    return int(found[1])


async def body_or(request: AnyRequest, absent: S) -> S:
    """The same where an empty body stands for `absent`."""
    sent = await json_body(request)
    return absent if sent is None else convert(sent, type(absent))


class Nothing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of an act that needs no words: empty, or an empty object."""


async def nothing(request: AnyRequest) -> None:
    """Refuse a body where none is wanted: what was meant by it would be lost."""
    sent = await json_body(request)
    if sent is not None:
        convert(sent, Nothing)
