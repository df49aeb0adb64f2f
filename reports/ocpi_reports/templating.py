"""How the page is put together from its templates: what escapes, what formats, what finds the files."""

from datetime import UTC, datetime
from functools import cache
from html import escape
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from ocpi_reports import overview
from ocpi_reports.text import compact, count, duration, times, visible
from ocpi_schemas.verdict import Verdict


def _content(text: str) -> Markup:
    """Text for the inside of an element. Quotes need no escape there, and JSON is full of them: half the size."""
    return Markup(escape(visible(text), quote=False))  # noqa: S704


def _prose(text: str) -> Markup:
    """Text in which what stands between backticks is code, as in our messages and statements."""
    parts = text.split("`")
    if len(parts) % 2 == 0:  # one of them is alone
        return _content(text)
    pieces = (
        Markup("<code>{}</code>").format(_content(part)) if odd % 2 else _content(part)
        for odd, part in enumerate(parts)
    )
    return Markup("").join(pieces)


def _finalize(value: object) -> object:
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def moment(text: str) -> str:
    """An RFC 3339 time as a person reads it; the text itself when it is none."""
    try:
        time = datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return text
    return f"{time.day} {time:%B %Y, %H:%M:%S} UTC"


@cache
def resource(name: str) -> str:
    """A file of the templates folder."""
    # A checkout with CRLF would give another digest than the one a browser computes.
    return (files("ocpi_reports") / "templates" / name).read_text(encoding="utf-8").replace("\r\n", "\n")


def _load(name: str) -> str | None:
    return resource(name)


@cache
def environment() -> Environment:
    """Jinja2 set up so that every value is escaped, and its invisible characters spelled out."""
    made = Environment(
        loader=FunctionLoader(_load),
        autoescape=True,
        finalize=_finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        content=_content,
        count=count,
        duration=duration,
        moment=moment,
        compact=compact,
        prose=_prose,
        times=times,
        title=overview.chapter_title,
    )
    made.globals.update(Verdict=Verdict, letters=overview.LETTERS, titles=overview.TITLES, meanings=overview.MEANINGS)
    return made
