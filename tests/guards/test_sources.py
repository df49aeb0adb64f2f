"""Guards over the sources: the traps of pytest-bdd, and the rules of the house."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest
from gherkin.parser import Parser
from gherkin.token_scanner import TokenScanner
from pytest_bdd.steps import step_function_context_registry

from ocpi_schemas.dialect import known_versions, load_dialect
from ocpi_schemas.requirement import load_catalogue
from ocpi_steps.cases import TAGS, Case, all_cases, features_folder
from ocpi_steps.words import vocabulary

ROOT = Path(__file__).parents[2]
FEATURES = sorted(features_folder().rglob("*.feature"))
PACKAGES = ("schemas/ocpi_schemas", "simulator/ocpi_simulator", "steps/ocpi_steps", "reports/ocpi_reports")
SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
WORDS = sorted((ROOT / "steps/ocpi_steps/words").glob("*.py"))


def definitions() -> list[tuple[str, re.Pattern[str]]]:
    """(given, when or then; pattern) of every step definition."""
    vocabulary()
    return [
        (context.type, context.parser.regex)
        for context in list(step_function_context_registry.values())
        if context.step_func.__module__.startswith("ocpi_steps.words")
    ]


def typed_steps(case: Case) -> list[tuple[str, str]]:
    kind, found = "given", []
    for step in case.steps:
        kind = step.keyword.lower() if step.keyword in ("Given", "When", "Then") else kind
        found.append((kind, step.text))
    return found


def parsed(path: Path) -> dict:
    return Parser().parse(TokenScanner(path.read_text(encoding="utf-8")))["feature"]


@pytest.mark.parametrize("path", FEATURES, ids=lambda path: path.stem)
def test_no_two_scenarios_of_a_feature_share_a_name(path: Path) -> None:
    names = [child["scenario"]["name"] for child in parsed(path)["children"] if "scenario" in child]
    assert [name for name, count in Counter(names).items() if count > 1] == []


def test_case_ids_are_unique() -> None:
    ids = [case.id for case in all_cases()]
    assert [name for name, count in Counter(ids).items() if count > 1] == []


def test_each_step_fits_exactly_one_definition_and_each_definition_is_used() -> None:
    patterns = definitions()
    assert len(patterns) > 10
    used: Counter[tuple[str, str]] = Counter()
    wrong = []
    for case in all_cases():
        for kind, text in typed_steps(case):
            fitting = [
                (known, pattern.pattern) for known, pattern in patterns if known == kind and pattern.fullmatch(text)
            ]
            used.update(fitting)
            if len(fitting) != 1:
                wrong.append((case.id, text, len(fitting)))
    assert wrong == []
    assert [pattern.pattern for kind, pattern in patterns if not used[kind, pattern.pattern]] == []


def test_every_tag_means_something() -> None:
    catalogue = load_catalogue()
    modules = {f"module:{module}" for module in ("versions", "credentials", "locations", "sessions", "cdrs", "tariffs")}
    modules |= {f"module:{module}" for module in ("tokens", "commands", "chargingprofiles", "hubclientinfo")}
    forms = {
        f"form:{name}={value}" for version in known_versions() for name, value in load_dialect(version).forms.items()
    }
    known = TAGS | modules | forms
    unknown = {(case.id, tag) for case in all_cases() for tag in case.tags if tag not in known and tag not in catalogue}
    assert unknown == set()


def test_every_cited_requirement_is_in_the_catalogue() -> None:
    catalogue = load_catalogue()
    assert {(case.id, r) for case in all_cases() for r in case.requirements if r not in catalogue} == set()


def test_every_then_step_cites_a_requirement() -> None:
    silent = [
        (case.id, text)
        for case in all_cases()
        for kind, text in typed_steps(case)
        if kind == "then" and not re.search(r"\([A-Z]{3}-\d{3}(, [A-Z]{3}-\d{3})*\)$", text)
    ]
    assert silent == []


@pytest.mark.parametrize("path", WORDS, ids=lambda path: path.stem)
def test_steps_are_thin_and_synchronous(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for function in ast.walk(tree):
        assert not isinstance(function, ast.AsyncFunctionDef), f"{function.name}: async steps pass without running"
        assert not isinstance(function, ast.Assert), f"line {function.lineno}: a bare assert about the target"
        if isinstance(function, ast.FunctionDef) and function.decorator_list:
            statements = [
                node
                for node in function.body
                if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Constant)
            ]
            lines = statements[-1].end_lineno - statements[0].lineno + 1
            assert lines <= 6, f"{function.name} has {lines} lines"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_version_literal_in_python(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docstrings = {
        node.body[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
        and isinstance(node.body[0].value, ast.Constant)
    }
    literals = [
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and node not in docstrings and node.value in known_versions()
    ]
    assert literals == []


def test_the_data_of_every_version_is_packaged() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert [
        version for version in known_versions() if f'"schemas/{version}" = "ocpi_schemas/data/{version}"' not in text
    ] == []
