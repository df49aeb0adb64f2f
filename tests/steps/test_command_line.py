"""The `ocpi-conformance` command: usage, configuration, exit statuses, and what it prints."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from ocpi_schemas.dialect import known_versions
from ocpi_schemas.exchange import Side
from ocpi_simulator.config import PartnerConfig
from ocpi_simulator.control import Control
from ocpi_simulator.loop import BackgroundLoop
from ocpi_simulator.partner import Partner
from ocpi_steps.cli import commands
from ocpi_steps.exit_status import ExitStatus

VERSION = known_versions()[-1]
TARGET = ["--target-url", "http://127.0.0.1:9/versions", "--target-role", "CPO", "--token", "abcdefgh"]


def call(*arguments: object, stdin: str | None = None) -> Result:
    return CliRunner().invoke(commands, [str(argument) for argument in arguments], input=stdin)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run"], "--target-url"),
        (["run", "--target-url", "http://127.0.0.1:9/v"], "--target-role"),
        (["run", *TARGET[:4]], "--token is missing"),
        (["run", *TARGET, "--target-url", "not a url"], "--target-url"),
        (["run", *TARGET, "--target-url", "ftp://example.com/"], "neither http nor https"),
        (["run", *TARGET, "--target-role", "DRIVER"], "CPO, EMSP"),
        (["run", *TARGET, "--version", "9.9"], "known are"),
        (["run", *TARGET, "--version", VERSION, "--module", "lokations"], "locations"),
        (["run", *TARGET, "--registered"], "--inbound-token"),
        (["run", *TARGET, "--inbound-token", "x"], "--registered"),
        (["run", *TARGET, "--listen", "nowhere"], "HOST:PORT"),
        (["run", *TARGET, "--trigger", "telepathy"], "none, prompt, http:URL or command:CMD"),
        (["run", *TARGET, "--trigger", "http:nowhere"], "URL"),
        (["run", *TARGET, "--trigger", "command:"], "command"),
        (["run", *TARGET, "--timeout", "0"], "--timeout"),
        (["run", *TARGET, "--timeout", "soon"], "soon"),
        (["run", *TARGET, "--party", "Netherlands"], "NL-ABC"),
        (["run", *TARGET, "--select", "not ("], "--select"),
        (["run", *TARGET, "--config", "no-such-file.toml"], "no-such-file.toml"),
        (["run", *TARGET, "--expectations", "no-such-file.toml"], "no-such-file.toml"),
        (["run", *TARGET, "--colour", "blue"], "--colour"),
        (["list", "--version", "9.9"], "known are"),
        (["validate", "--version", VERSION, "--object", "Lokation", "-"], "Location"),
        (["validate", "--version", "9.9", "--object", "Location", "-"], "known"),
        (["validate", "--version", VERSION, "--object", "Location", "no-such-file.json"], "no-such-file.json"),
        (["grade", "no-such-file.har"], "no-such-file.har"),
        (["report", "no-such-folder"], "no-such-folder"),
        (["launch"], "launch"),
    ],
)
def test_wrong_usage_is_one_clear_message(arguments: list[str], said: str) -> None:
    result = call(*arguments)
    assert result.exit_code == ExitStatus.USAGE, result.output
    assert said in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("target_url = ", "not TOML"),
        ("target-uri = 'http://x/'", "target-uri"),
        ("timeout = 'long'", "timeout"),
        ("strict = 1", "strict"),
        ("module = ['locations', 3]", "module"),
        ("registered = true", "--inbound-token"),
    ],
)
def test_a_wrong_profile_names_file_and_field(content: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "profile.toml"
    file.write_text(content)
    result = call("run", "--config", file, *TARGET)
    assert result.exit_code == ExitStatus.USAGE
    assert said in result.stderr


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[[expect]]\nrequirement = 'NIX-001'\nreason = 'x'", "NIX-001"),
        ("[[expect]]\nrequirement = 'TRN-001'", "reason"),
        ("[[expect]]\nrequirement = 'TRN-001'\nreason = 'x'\nwhy = 'y'", "why"),
        ("[expect]\n", "[[expect]]"),
        ("expect = [", "not TOML"),
    ],
)
def test_a_wrong_expectations_file_names_the_entry(content: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "expectations.toml"
    file.write_text(content)
    result = call("run", *TARGET, "--expectations", file)
    assert result.exit_code == ExitStatus.USAGE
    assert said in result.stderr


def test_help_teaches() -> None:
    for command in ([], ["run"], ["demo"], ["list"], ["validate"], ["grade"], ["report"]):
        result = call(*command, "--help")
        assert result.exit_code == 0
        assert "Usage" in result.output


def test_list_prints_scenarios_and_requirements() -> None:
    scenarios = json.loads(call("list", "--version", VERSION, "--json").stdout)
    assert {"id", "name", "chapter", "requirements"} <= set(scenarios[0])
    requirements = json.loads(call("list", "--requirements", "--json").stdout)
    wanted = {"id", "chapter", "level", "binds", "statement", "sources", "check", "reason", "scenarios", "mutants"}
    assert all(wanted <= set(entry) for entry in requirements)
    assert all(entry["reason"] for entry in requirements if entry["check"] == "untestable")
    cited = {requirement for scenario in scenarios for requirement in scenario["requirements"]}
    assert cited & {entry["id"] for entry in requirements}


TOKEN: dict[str, Any] = {
    "country_code": "DE",
    "party_id": "ABC",
    "uid": "0102030405",
    "type": "RFID",
    "contract_id": "DE-ABC-C12345678-5",
    "issuer": "ABC",
    "valid": True,
    "whitelist": "ALWAYS",
    "last_updated": "2026-01-01T00:00:00Z",
}


def validated(value: object, *more: str) -> tuple[int, list[dict[str, str]]]:
    text = value if isinstance(value, str) else json.dumps(value)
    result = call("validate", "--version", VERSION, "--object", "token", "--json", *more, "-", stdin=text)
    content = json.loads(result.stdout)
    assert content["valid"] == (result.exit_code == 0)
    return result.exit_code, content["findings"]


def test_validate_takes_objects_lists_responses_and_patches() -> None:
    envelope = {"status_code": 1000, "timestamp": "2026-01-01T00:00:00Z"}
    assert validated(TOKEN) == (0, [])
    assert validated([TOKEN, TOKEN]) == (0, [])
    assert validated(envelope | {"data": [TOKEN]}) == (0, [])
    assert validated({"valid": False, "last_updated": "2026-01-01T00:00:00Z"}, "--partial") == (0, [])


def test_validate_names_requirement_level_and_place() -> None:
    status, findings = validated([TOKEN, TOKEN | {"type": "CARD"}])
    assert status == 1
    assert [(f["requirement"], f["level"], f["pointer"]) for f in findings] == [("TOK-085", "MUST", "/1/type")]
    status, findings = validated("{nonsense")
    assert (status, findings[0]["requirement"]) == (1, "TRN-001")
    status, findings = validated(TOKEN | {"contract_id": "free text"})
    assert (status, {f["level"] for f in findings}) == (0, {"SHOULD"})


@pytest.fixture
def target(tmp_path: Path) -> Any:
    """A simulated CPO with a trigger: its options for a run."""
    with BackgroundLoop("target") as loop:
        partner = Partner(
            PartnerConfig(role="CPO", token_a="the-token-a", versions=(VERSION,), seed=3, side=Side.TARGET)
        )
        control = Control(partner)
        loop.call(partner.start())
        trigger = loop.call(control.start())
        yield {"--target-url": partner.versions_url, "--trigger": f"http:{trigger}", "--out": tmp_path / "out"}, partner
        loop.call(control.stop())
        loop.call(partner.stop())


def options(values: dict[str, Any]) -> list[Any]:
    return ["--target-role", "CPO", "--token", "the-token-a", *(part for pair in values.items() for part in pair)]


def test_a_run_leaves_everything_behind(target: Any) -> None:
    values, _partner = target
    result = call("run", *options(values), "--select", "versions or authorization", "--json")
    assert result.exit_code == ExitStatus.CONFORMANT, result.output
    out = values["--out"]
    assert json.loads(result.stdout.splitlines()[-1])["conformant"] is True
    results = json.loads((out / "results.json").read_text())
    assert results["format"] == 1
    assert results["complete"] is True
    assert set(results["summary"]) == {"pass", "fail", "warn", "blocked", "not_applicable", "error"}
    assert results["target"]["version"] == VERSION
    for name in ("journal.jsonl", "report.html", "junit.xml", "exchanges.har", "summary.md"):
        assert (out / name).stat().st_size > 0
    assert list((out / "allure-results").glob("*-result.json"))
    for path in out.rglob("*"):
        if path.is_file():
            assert "the-token-a" not in path.read_text(encoding="utf-8", errors="replace"), path
    again = call("report", out)
    assert again.exit_code == 0
    assert "report.html" in again.stdout
    graded = call("grade", out / "journal.jsonl", "--json")
    assert graded.exit_code == 0, graded.output
    assert json.loads(graded.stdout)[0]["understood"] > 5
    from_har = call("grade", out / "exchanges.har", "--version", VERSION, "--target-role", "CPO", "--json")
    assert from_har.exit_code == 0, from_har.output
    assert json.loads(from_har.stdout)[0]["understood"] > 5


def test_findings_decide_the_exit_status_and_expectations_excuse_them(target: Any, tmp_path: Path) -> None:
    values, partner = target
    partner.behaviours.switch_on("changed_header=Content-Type:text/plain@versions.*")
    arguments = ["run", *options(values), "--select", "version_list"]
    assert call(*arguments).exit_code == ExitStatus.NOT_CONFORMANT
    file = tmp_path / "known.toml"
    file.write_text("[[expect]]\nrequirement = 'TRN-062'\nreason = 'the framework sets it'\n")
    partner.peers.expect("the-token-a")
    excused = call(*arguments, "--expectations", file)
    assert excused.exit_code == ExitStatus.CONFORMANT, excused.output
    findings = [
        f for s in json.loads((values["--out"] / "results.json").read_text())["scenarios"] for f in s["findings"]
    ]
    assert {(finding["requirement"], finding["known"]) for finding in findings} == {("TRN-062", True)}
    file.write_text(file.read_text() + "[[expect]]\nrequirement = 'TRN-001'\nreason = 'it never occurs'\n")
    partner.peers.expect("the-token-a")
    assert call(*arguments, "--expectations", file).exit_code == ExitStatus.NOT_CONFORMANT


def test_a_trigger_that_says_yes_to_everything_is_refused(target: Any) -> None:
    values, _partner = target
    result = call("run", *options(values | {"--trigger": "command:true"}))
    assert result.exit_code == ExitStatus.USAGE
    assert "made-up intent" in result.stderr


def test_without_a_trigger_what_needs_one_is_blocked(target: Any) -> None:
    values, _partner = target
    del values["--trigger"]
    assert call("run", *options(values)).exit_code == ExitStatus.CONFORMANT
    scenarios = json.loads((values["--out"] / "results.json").read_text())["scenarios"]
    blocked = [scenario for scenario in scenarios if scenario["verdict"] == "blocked"]
    lacking = ("trigger", "subjects", "no second version", "one CPO only")
    assert [s["reason"] for s in blocked if not any(word in s["reason"] for word in lacking)] == []
    assert any("trigger" in scenario["reason"] for scenario in blocked)


def test_a_busy_port_is_named(target: Any) -> None:
    values, partner = target
    port = partner.base_url.rpartition(":")[2]
    result = call("run", *options(values), "--listen", f"127.0.0.1:{port}")
    assert result.exit_code == ExitStatus.USAGE
    assert "--listen" in result.stderr


def test_a_run_that_is_killed_leaves_a_journal_that_can_be_judged(target: Any) -> None:
    values, _partner = target
    command = [sys.executable, "-c", "from ocpi_steps.cli import main; main()", "run", *map(str, options(values))]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    journal = values["--out"] / "journal.jsonl"
    while process.poll() is None and (not journal.exists() or journal.read_bytes().count(b"\n") < 20):
        pass
    process.kill()
    process.wait()
    assert not (values["--out"] / "results.json").exists()
    report = call("report", values["--out"])
    assert report.exit_code == ExitStatus.USAGE
    assert "grade" in report.stderr
    graded = call("grade", journal, "--json")
    assert graded.exit_code == ExitStatus.CONFORMANT, graded.output
    assert json.loads(graded.stdout)[0]["exchanges"] >= 18
