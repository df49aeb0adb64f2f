"""Cases: the scenarios of the feature files, each example of an outline on its own, with ids that stay the same."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from gherkin.parser import Parser
from gherkin.token_scanner import TokenScanner

from ocpi_schemas.dialect import Dialect
from ocpi_schemas.operation import InterfaceRole
from ocpi_schemas.requirement import CHAPTER_ORDER, load_catalogue

_REQUIREMENT = re.compile(r"[A-Z]{3}-\d{3}")
_IDS = re.compile(r" \(((?:[A-Z]{3}-\d{3})(?:, [A-Z]{3}-\d{3})*)\)$")

STAGES = ("before-registration", "", "ends-registration")
"""Tags that say when a scenario runs: before the partner has registered, afterwards, or as the last of all."""

TAGS = frozenset({"before-registration", "ends-registration", "sender", "receiver", "cpo", "emsp", "https", "slow"})
"""The tags that mean something; requirement ids, `module:NAME` and `form:NAME=VALUE` are tags too."""

FORM = "form:"
"""`form:object.id=CiString` is for versions that write it so: see `forms` in interfaces.toml."""


@dataclass(frozen=True, slots=True)
class CaseStep:
    keyword: str
    text: str


@dataclass(frozen=True, slots=True)
class Case:
    """One scenario that can be run."""

    id: str
    """`<chapter>/<feature>/<scenario>[/<example>]`"""
    name: str
    feature: str
    """Path below features/."""
    chapter: str
    tags: frozenset[str]
    description: str
    steps: tuple[CaseStep, ...]
    example: tuple[tuple[str, str], ...]
    line: int

    @property
    def requirements(self) -> tuple[str, ...]:
        """The requirements it is written for: in its tags and at the end of its steps."""
        found = [tag for tag in sorted(self.tags) if _REQUIREMENT.fullmatch(tag)]
        for step in self.steps:
            match = _IDS.search(step.text)
            found += match[1].split(", ") if match else []
        return tuple(dict.fromkeys(found))

    @property
    def stage(self) -> int:
        """Its place in the order of a run."""
        return next((place for place, tag in enumerate(STAGES) if tag in self.tags), 1)

    @property
    def module(self) -> str:
        """The module it is about, or an empty text if it is about none in particular."""
        named = dict(self.example).get("module")
        tagged = next((tag.partition(":")[2] for tag in self.tags if tag.startswith("module:")), "")
        return named or tagged

    @property
    def interface(self) -> InterfaceRole | None:
        """The interface that the target has to implement, if it matters."""
        if "sender" in self.tags:
            return InterfaceRole.SENDER
        return InterfaceRole.RECEIVER if "receiver" in self.tags else None

    def __str__(self) -> str:
        return self.id


def features_folder() -> Path:
    """Where the feature files are, in a checkout and in a wheel alike."""
    installed = Path(__file__).parent / "features"
    return installed if installed.is_dir() else Path(__file__).parents[2] / "features"


def slug(text: str) -> str:
    """A title as part of an id."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def _filled(text: str, row: dict[str, str]) -> str:
    for name, value in row.items():
        text = text.replace(f"<{name}>", value)
    return text


def _examples(scenario: dict[str, Any]) -> Iterator[tuple[dict[str, str], frozenset[str]]]:
    if not scenario["examples"]:
        yield {}, frozenset()
        return
    for block in scenario["examples"]:
        names = [cell["value"] for cell in block["tableHeader"]["cells"]]
        for row in block["tableBody"]:
            values = [cell["value"] for cell in row["cells"]]
            yield dict(zip(names, values, strict=True)), frozenset(tag["name"][1:] for tag in block["tags"])


def read_feature(path: Path, root: Path) -> list[Case]:
    """The cases of one feature file."""
    parsed: Any = Parser().parse(TokenScanner(path.read_text(encoding="utf-8")))
    feature = parsed["feature"]
    relative = path.relative_to(root)
    own_tags = frozenset(tag["name"][1:] for tag in feature["tags"])
    background: list[Any] = []
    cases: list[Case] = []
    for child in feature["children"]:
        if "background" in child:
            background = child["background"]["steps"]
        if "scenario" not in child:
            continue
        scenario = child["scenario"]
        base = f"{relative.parent.as_posix()}/{path.stem}/{slug(scenario['name'])}"
        for row, tags in _examples(scenario):
            name = f"{base}/{slug(next(iter(row.values())))}" if row else base
            cases.append(
                Case(
                    id=name,
                    name=scenario["name"],
                    feature=relative.as_posix(),
                    chapter=relative.parts[0],
                    tags=own_tags | frozenset(tag["name"][1:] for tag in scenario["tags"]) | tags,
                    description=" ".join(scenario["description"].split()),
                    steps=tuple(
                        CaseStep(step["keyword"].strip(), _filled(step["text"], row))
                        for step in [*background, *scenario["steps"]]
                    ),
                    example=tuple(row.items()),
                    line=scenario["location"]["line"],
                )
            )
    return cases


def _place(case: Case) -> tuple[int, int, str, int, str]:
    chapter = CHAPTER_ORDER.index(case.chapter) if case.chapter in CHAPTER_ORDER else len(CHAPTER_ORDER)
    # The version list comes before everything that is reached through it.
    early = -1 if case.chapter == "versions" else chapter
    return (case.stage, early, case.feature, case.line, "")


@cache
def all_cases() -> tuple[Case, ...]:
    """Every case, in the order of a run."""
    root = features_folder()
    cases = [case for path in sorted(root.rglob("*.feature")) for case in read_feature(path, root)]
    return tuple(sorted(cases, key=_place))


def why_not_applicable(case: Case, dialect: Dialect, role: str, modules: tuple[str, ...] = ()) -> str | None:
    """Why a case is left out before the run: by role, version or module; None if it is not."""
    version = dialect.version
    catalogue = load_catalogue()
    for tag in ("cpo", "emsp"):
        if tag in case.tags and role.lower() not in case.tags:
            return f"it is not about a {role}"
    if case.requirements and not any(catalogue.applies(entry, version) for entry in case.requirements):
        return f"OCPI {version} does not say it"
    for name, _, value in (tag.removeprefix(FORM).partition("=") for tag in case.tags if tag.startswith(FORM)):
        if dialect.forms.get(name) != value:
            return f"in OCPI {version} {name} is {dialect.forms.get(name) or 'not described'}"
    module = case.module
    if module:
        if module not in dialect.modules:
            return f"OCPI {version} has no module {module}"
        if modules and module not in modules:
            return f"module {module} was not selected"
        interface = case.interface
        if interface is not None and (module, interface) not in dialect.interfaces_of(role):
            return f"a {role} does not implement the {interface.value.capitalize()} interface of {module}"
    return None
