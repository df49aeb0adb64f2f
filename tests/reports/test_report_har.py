"""`exchanges.har` is HAR 1.2."""

import base64
import json
from pathlib import Path
from typing import Any

from report_samples import exchange, hostile_run, ordinary_exchanges, ordinary_results, results

from ocpi_reports.har import write_har
from ocpi_reports.model import Results
from ocpi_schemas.exchange import Body, Exchange, Failure, Headers, Request, Response


def read(run: Results, exchanges: list[Exchange], folder: Path) -> dict[str, Any]:
    path = write_har(run, exchanges, folder)
    log: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["log"]
    return log


def assert_har(log: dict[str, Any]) -> None:
    """What HAR 1.2 demands of every log."""
    assert log["version"] == "1.2"
    assert {"name", "version"} <= set(log["creator"])
    for entry in log["entries"]:
        assert {"startedDateTime", "time", "request", "response", "cache", "timings"} <= set(entry)
        assert entry["time"] >= 0
        assert {"method", "url", "httpVersion", "cookies", "headers", "queryString", "headersSize", "bodySize"} <= set(
            entry["request"]
        )
        assert {
            "status",
            "statusText",
            "httpVersion",
            "cookies",
            "headers",
            "content",
            "redirectURL",
            "headersSize",
            "bodySize",
        } <= set(entry["response"])
        assert {"size", "mimeType"} <= set(entry["response"]["content"])
        assert all(entry["timings"][part] >= 0 for part in ("send", "wait", "receive"))


def test_an_ordinary_run(tmp_path: Path) -> None:
    log = read(ordinary_results(), ordinary_exchanges(), tmp_path)
    assert_har(log)
    assert len(log["entries"]) == 8
    assert log["creator"] == {"name": "ocpi-conformance", "version": "0.1.0"}
    listing, put = log["entries"][1], log["entries"][3]
    assert listing["request"]["queryString"] == [{"name": "offset", "value": "0"}, {"name": "limit", "value": "50"}]
    assert listing["startedDateTime"] == "2025-11-22T12:00:01.370+00:00"
    assert listing["time"] == 42.1
    assert json.loads(listing["response"]["content"]["text"])["status_code"] == 1000
    assert json.loads(put["request"]["postData"]["text"])["uid"] == "012345678"
    assert put["request"]["postData"]["mimeType"] == "application/json"
    assert "operation: tokens.receiver.put" in put["comment"]
    assert "postData" not in listing["request"]


def test_an_exchange_without_a_response_has_status_0_and_says_why(tmp_path: Path) -> None:
    entries = read(results(), [exchange(0, response=None, failure=Failure("refused", "nobody"))], tmp_path)["entries"]
    assert entries[0]["response"]["status"] == 0
    assert entries[0]["response"]["comment"] == "refused: nobody"


def test_bodies_that_are_no_text_are_base64(tmp_path: Path) -> None:
    raw = b"\xff\x00\x80"
    one = exchange(
        0,
        request=Request("PUT", "http://x/", Headers(), Body(raw)),
        response=Response(200, Headers(), Body(raw, cut_at=3)),
    )
    entry = read(results(), [one], tmp_path)["entries"][0]
    content = entry["response"]["content"]
    assert content["encoding"] == "base64"
    assert base64.b64decode(content["text"]) == raw
    assert content["comment"] == "longer than 3 bytes; the rest was not read"
    assert base64.b64decode(entry["request"]["postData"]["text"]) == raw
    assert entry["request"]["postData"]["comment"] == "not UTF-8: Base64 of the bytes"


def test_hostile_content_is_json_all_the_same(tmp_path: Path) -> None:
    log = read(*hostile_run(), tmp_path)
    assert_har(log)
    assert log["comment"] == "The run did not finish."


def test_a_run_without_traffic(tmp_path: Path) -> None:
    log = read(results(), [], tmp_path)
    assert log["entries"] == []
