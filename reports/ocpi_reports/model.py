"""The results of a run: what `results.json` holds. Every report is a projection of this and of the journal."""

import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ocpi_schemas.verdict import Verdict

FORMAT = 1


class ResultsError(ValueError):
    """A folder holds no results, or they are damaged; the message names the file."""


@dataclass(frozen=True, slots=True)
class ReportedFinding:
    """A finding as a scenario reports it."""

    requirement: str
    level: str
    message: str
    expected: tuple[str, ...]
    found: str
    pointer: str
    exchange: int | None
    known: bool = False
    """Whether the expectations file names it."""


@dataclass(frozen=True, slots=True)
class StepResult:
    """One Gherkin step as it went: `passed`, `failed`, `blocked`, `error` or `not_run`."""

    keyword: str
    text: str
    status: str
    exchanges: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ScenarioResult:
    id: str
    """`<chapter>/<feature>/<scenario>[/<example>]`, stable across releases."""
    name: str
    feature: str
    chapter: str
    tags: tuple[str, ...]
    verdict: Verdict
    reason: str
    duration_s: float
    requirements: tuple[str, ...]
    """The requirements it is about, and those its exchanges were examined for."""
    findings: tuple[ReportedFinding, ...]
    steps: tuple[StepResult, ...] = ()
    exchanges: tuple[int, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True)
class RequirementResult:
    id: str
    chapter: str
    level: str
    statement: str
    source: str
    """`file#anchor` in the version under test."""
    verdict: Verdict
    scenarios: tuple[str, ...]
    findings: int
    interpretation: str = ""


@dataclass(frozen=True, slots=True)
class ExpectationResult:
    """What became of one entry of the expectations file."""

    requirement: str
    scenario: str
    message: str
    reason: str
    matched: int
    """How many findings it named; 0 is a fault of the file, and fails the run."""


@dataclass(frozen=True, slots=True)
class TargetInfo:
    url: str
    role: str
    version: str
    modules: tuple[str, ...]
    """The modules under test."""


@dataclass(frozen=True, slots=True)
class Results:
    tool_name: str
    tool_version: str
    target: TargetInfo
    started: str
    finished: str
    """RFC 3339, UTC."""
    duration_s: float
    complete: bool
    """False when the run was cut short, by us or by the circuit breaker."""
    conformant: bool
    requirements: tuple[RequirementResult, ...]
    scenarios: tuple[ScenarioResult, ...]
    exchanges: int
    expectations: tuple[ExpectationResult, ...] = ()
    notes: tuple[str, ...] = ()
    """What a reader must know of the run as a whole, such as why it stopped."""
    ambient: tuple[ReportedFinding, ...] = field(default=())
    """Findings in exchanges that no scenario caused."""

    @property
    def summary(self) -> dict[str, int]:
        """Number of scenarios per verdict."""
        counts = Counter(scenario.verdict for scenario in self.scenarios)
        return {verdict.value: counts[verdict] for verdict in Verdict}


def results_to_json(results: Results) -> dict[str, Any]:
    """The content of `results.json`."""
    content = asdict(results)
    head = {
        "format": FORMAT,
        "tool": {"name": content.pop("tool_name"), "version": content.pop("tool_version")},
        "target": content.pop("target"),
        "started": content.pop("started"),
        "finished": content.pop("finished"),
        "duration_s": content.pop("duration_s"),
        "complete": content.pop("complete"),
        "conformant": content.pop("conformant"),
        "summary": results.summary,
    }
    return head | content


def _tuples(content: dict[str, Any], *names: str) -> dict[str, Any]:
    return content | {name: tuple(content.get(name, ())) for name in names}


def _finding(content: dict[str, Any]) -> ReportedFinding:
    return ReportedFinding(**_tuples(content, "expected"))


def _scenario(content: dict[str, Any]) -> ScenarioResult:
    made = _tuples(content, "tags", "requirements", "exchanges") | {
        "verdict": Verdict(content["verdict"]),
        "findings": tuple(_finding(finding) for finding in content["findings"]),
        "steps": tuple(StepResult(**_tuples(step, "exchanges")) for step in content.get("steps", ())),
    }
    return ScenarioResult(**made)


def results_from_json(content: dict[str, Any]) -> Results:
    """Read what `results_to_json` wrote.

    Raises:
        ResultsError: it is not of this format.
    """
    try:
        if content["format"] != FORMAT:
            raise ResultsError(f"results of format {content['format']}; this tool reads format {FORMAT}")
        return Results(
            tool_name=content["tool"]["name"],
            tool_version=content["tool"]["version"],
            target=TargetInfo(**_tuples(content["target"], "modules")),
            started=content["started"],
            finished=content["finished"],
            duration_s=content["duration_s"],
            complete=content["complete"],
            conformant=content["conformant"],
            requirements=tuple(
                RequirementResult(**(_tuples(entry, "scenarios") | {"verdict": Verdict(entry["verdict"])}))
                for entry in content["requirements"]
            ),
            scenarios=tuple(_scenario(entry) for entry in content["scenarios"]),
            exchanges=content["exchanges"],
            expectations=tuple(ExpectationResult(**entry) for entry in content.get("expectations", ())),
            notes=tuple(content.get("notes", ())),
            ambient=tuple(_finding(finding) for finding in content.get("ambient", ())),
        )
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, ResultsError):
            raise
        raise ResultsError(f"not the results of a run: {error!r}") from error


def write_results(results: Results, folder: Path) -> Path:
    """Write `results.json` so that a reader never sees half of it."""
    path = folder / "results.json"
    draft = path.with_suffix(".json.part")
    draft.write_text(json.dumps(results_to_json(results), ensure_ascii=True, indent=1), encoding="utf-8")
    return draft.replace(path)


def read_results(folder: Path) -> Results:
    """Read the results of a run from its folder.

    Raises:
        ResultsError: there are none, or they are damaged.
    """
    path = folder / "results.json"
    try:
        return results_from_json(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        hint = (
            "the run was cut off; what it recorded can be judged with ocpi-conformance grade"
            if (folder / "journal.jsonl").exists()
            else "is it the folder that --out named?"
        )
        raise ResultsError(f"{folder} holds no results.json; {hint}") from None
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise ResultsError(f"{path}: damaged ({error})") from error
