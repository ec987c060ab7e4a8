"""A file to attach, and a text to read: kinds without a value among the answers."""

from typing import Any

from forms.base import Context, Field, FieldError, FileFact, Text, grouped

FORMATS = {
    "application/pdf": "PDF",
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    "text/csv": "CSV",
    "text/plain": "texte",
    "application/zip": "ZIP",
    "application/vnd.oasis.opendocument.text": "ODT",
    "application/vnd.oasis.opendocument.spreadsheet": "ODS",
    "application/vnd.oasis.opendocument.presentation": "ODP",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "DOCX",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "XLSX",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "PPTX",
    "video/mp4": "MP4",
}


def format_name(media_type: str) -> str:
    """A media type as people call it."""
    return FORMATS.get(media_type, media_type.rpartition("/")[2])


class File(Field, frozen=True, kw_only=True, tag="file"):
    """Attachments. `types`: media types; `most_bytes`: of each file; `most_files`: of the field."""

    types: tuple[str, ...]
    most_bytes: int = 20_000_000
    most_files: int = 1

    @property
    def answered(self) -> bool:
        return False

    def accepts(self, _value: Any, at: str) -> list[FieldError]:
        return [no_answer(at)]

    def faults(self, _value: Any, at: str, _context: Context) -> list[FieldError]:
        return [no_answer(at)]

    def shape(self) -> dict[str, Any]:
        return {"not": {}}

    def file_faults(self, facts: list[FileFact]) -> list[FieldError]:
        """Every fault of the files of this field; the path of one file is its place among them."""
        found = [error for index, fact in enumerate(facts) for error in self._one(fact, f"{self.id}/{index}")]
        if len(facts) > self.most_files:
            most, plural = self.most_files, "s" if self.most_files > 1 else ""
            found.append(
                FieldError(
                    self.id,
                    "too_many_files",
                    f"Ce champ reçoit {most} fichier{plural} au plus : retirez-en.",
                    f"This field takes at most {most} file{plural}: remove some.",
                )
            )
        return found

    def _one(self, fact: FileFact, at: str) -> list[FieldError]:
        found = []
        if fact.media_type not in self.types:
            listed = ", ".join(map(format_name, self.types))
            named = FORMATS.get(fact.media_type)
            said = f"Ce fichier est au format {named}" if named else "Le format de ce fichier n’est pas accepté"
            found.append(
                FieldError(
                    at,
                    "wrong_file_type",
                    f"{said} ; formats acceptés : {listed}.",
                    f"This file is {fact.media_type}; accepted formats: {listed}.",
                )
            )
        if fact.size > self.most_bytes:
            most = round(self.most_bytes / 1_000_000, 1)
            most = int(most) if most.is_integer() else most
            found.append(
                FieldError(
                    at,
                    "file_too_large",
                    f"Ce fichier dépasse {grouped(most)} Mo : réduisez-le ou scindez-le.",
                    f"This file is over {most:g} MB: make it smaller or split it.",
                )
            )
        if fact.size <= 0:
            fr = "Ce fichier est vide : choisissez-en un autre."
            found.append(FieldError(at, "empty_file", fr, "This file is empty: choose another one."))
        return found


class Explanation(Field, frozen=True, kw_only=True, tag="explanation"):
    """A text between two questions: `text`, under `label` as its title."""

    text: Text

    @property
    def answered(self) -> bool:
        return False

    def accepts(self, _value: Any, at: str) -> list[FieldError]:
        return [no_answer(at)]

    def faults(self, _value: Any, at: str, _context: Context) -> list[FieldError]:
        return [no_answer(at)]

    def shape(self) -> dict[str, Any]:
        return {"not": {}}


def no_answer(at: str) -> FieldError:
    """The error of a value for a field that takes none."""
    return FieldError(
        at,
        "takes_no_answer",
        "Ce champ ne reçoit pas de réponse : un fichier se joint, une explication se lit.",
        "This field takes no answer: a file is attached, an explanation is read.",
    )
