"""`report.html`: one file that needs no network and runs nothing but its own script."""

import base64
import hashlib
from collections.abc import Iterable
from pathlib import Path

from markupsafe import Markup

from ocpi_reports import overview
from ocpi_reports.files import replacing
from ocpi_reports.model import Results
from ocpi_reports.page import Page
from ocpi_reports.spool import ExchangeSpool
from ocpi_reports.templating import environment, resource
from ocpi_schemas.exchange import Exchange


def write_html(results: Results, exchanges: Iterable[Exchange], folder: Path) -> Path:
    """Write `report.html` into a folder."""
    with ExchangeSpool(results) as spool:
        for exchange in exchanges:
            spool.add(exchange)
        return write_page(results, spool, folder)


def write_page(results: Results, spool: ExchangeSpool, folder: Path) -> Path:
    """Write `report.html` from exchanges that were read already."""
    template = environment().get_template("report.html.j2")
    style, script = resource("report.css"), resource("report.js")
    ranked = overview.ranked_findings(results)
    page = Page(results, spool)
    policy = (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    stream = template.stream(
        results=results,
        policy=policy,
        style=Markup(style),  # noqa: S704 - ours
        script=Markup(script),  # noqa: S704 - ours
        headline=overview.headline(results),
        banners=overview.banners(results),
        top=ranked[:5],
        more_faults=max(0, len(ranked) - 5),
        chapters=overview.chapters(results),
        requirement_counts=overview.requirement_counts(results),
        page=page,
    )
    stream.enable_buffering(200)
    path = folder / "report.html"
    with replacing(path) as file:
        file.writelines(stream)
    return path


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
