"""Exchanges on their way from the journal to the page."""

from collections import Counter
from contextlib import AbstractContextManager
from tempfile import TemporaryFile
from types import TracebackType

from markupsafe import Markup

from ocpi_reports.curl import TOKEN_VARIABLE
from ocpi_reports.evidence import gather_evidence
from ocpi_reports.exchange_view import ExchangeLine, exchange_line, exchange_view
from ocpi_reports.model import ReportedFinding, Results
from ocpi_reports.templating import environment
from ocpi_schemas.exchange import Exchange

_EXAMPLES = 5
"""Of each operation, when there is no room for all: a reader wants to see how it looks when all is well."""
_EXAMPLE_ALLOWANCE = 3_000


class ExchangeSpool(AbstractContextManager["ExchangeSpool"]):
    """Takes the exchanges of a run one by one, and keeps each as a piece of HTML on disk and a line in memory.

    So they are read once and in their own order, yet each can stand under the step that caused it.
    """

    def __init__(self, results: Results) -> None:
        self._evidence = gather_evidence(results)
        self._requirements = {requirement.id for requirement in results.requirements}
        self._file = TemporaryFile("w+b")  # noqa: SIM115
        self._pieces: dict[int, tuple[int, int]] = {}
        self._pins: dict[tuple[int, str, str], str] = {}
        self._end = 0
        self._examples: Counter[str] = Counter()
        """Exchanges by operation that are shown though there is no room for all of their kind."""
        self._template = environment().get_template("exchange.html.j2")
        self.lines: dict[int, ExchangeLine] = {}

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def add(self, exchange: Exchange) -> None:
        """Render one exchange."""
        findings = self._evidence.findings.get(exchange.index, ())
        allowance = self._evidence.allowance(exchange)
        if not allowance and self._examples[name := exchange.operation.id if exchange.operation else ""] < _EXAMPLES:
            self._examples[name] += 1
            allowance = _EXAMPLE_ALLOWANCE
        line = self.lines[exchange.index] = exchange_line(exchange, findings)
        if not allowance:
            return
        view = exchange_view(line, exchange, findings, allowance)
        content = self._template.render(view=view, requirements=self._requirements, token_variable=TOKEN_VARIABLE)
        piece = content.encode()
        self._pieces[exchange.index] = (self._end, len(piece))
        for pin in view.pins:
            self._pins.setdefault((exchange.index, pin.requirement, pin.pointer), pin.anchor)
        self._file.write(piece)
        self._end += len(piece)

    def has(self, index: int) -> bool:
        """Whether the report shows more than the line of an exchange."""
        return index in self._pieces

    def anchor(self, finding: ReportedFinding) -> str:
        """Where on the page a finding is to be seen: its pin, or the exchange; empty if neither is shown."""
        if finding.exchange is None or not self.has(finding.exchange):
            return ""
        place = (finding.exchange, finding.requirement, finding.pointer)
        return self._pins.get(place) or f"exchange-{finding.exchange}"

    def html(self, index: int) -> Markup | None:
        """The piece of HTML of an exchange; None when the report shows no more than its line."""
        if index not in self._pieces:
            return None
        start, length = self._pieces[index]
        self._file.seek(start)
        return Markup(self._file.read(length).decode())  # noqa: S704 - our own template made it, and escaped it
