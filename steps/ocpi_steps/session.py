"""RunSession: what one run holds together: the target's profile, the Partner, the Judge, the Journal, the results."""

import ipaddress
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from urllib.parse import urlsplit

from ocpi_schemas.context import Context, PartyRole
from ocpi_schemas.dialect import Dialect
from ocpi_schemas.exchange import Exchange, Side
from ocpi_schemas.journal import JournalWriter
from ocpi_schemas.judge import Judge
from ocpi_schemas.operation import InterfaceRole
from ocpi_schemas.redaction import Redactor
from ocpi_simulator.client import Limits
from ocpi_simulator.config import PartnerConfig
from ocpi_simulator.credentials_shape import read_roles
from ocpi_simulator.intents import Intent
from ocpi_simulator.loop import BackgroundLoop
from ocpi_simulator.partner import Partner, counterpart
from ocpi_simulator.peers import Peer, new_token
from ocpi_simulator.registration import Registered, Unusable, fetch_endpoints, offer_credentials, register
from ocpi_simulator.wish import Wish
from ocpi_steps.collector import Collector
from ocpi_steps.expectations import Expectations
from ocpi_steps.outcome import Blocked
from ocpi_steps.profile import Profile
from ocpi_steps.triggers import Accepted, Trigger, TriggerRequest, make_trigger

T = TypeVar("T")

SILENT_LIMIT = 5
"""After so many scenarios in a row without a single HTTP answer the target counts as gone."""


CALLBACK_S = 2.0
"""How long a target that calls back only after its answer may take until other things go on."""


def is_closed_network(url: str) -> bool:
    """Whether a URL leads to this machine or a private network."""
    host = urlsplit(url).hostname or ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith((".localhost", ".local", ".internal")) or "." not in host
    return address.is_private or address.is_loopback


@dataclass(slots=True)
class Silence:
    """Counts scenarios in which the target gave no HTTP answer: the circuit breaker."""

    scenarios: int = 0
    tripped: str = ""

    def note(self, exchanges: list[Exchange]) -> None:
        """Take the Partner's requests of a scenario that is over."""
        if not exchanges:
            return
        if any(exchange.response is not None for exchange in exchanges):
            self.scenarios = 0
            return
        self.scenarios += 1
        if self.scenarios >= SILENT_LIMIT and not self.tripped:
            failure = exchanges[-1].failure
            self.tripped = (
                f"the target gave no HTTP answer in {self.scenarios} scenarios in a row"
                f" ({failure.kind}: {failure.message})"
                if failure
                else ""
            )


class RunSession:
    """One run against one target."""

    def __init__(
        self,
        profile: Profile,
        dialect: Dialect,
        loop: BackgroundLoop,
        expectations: Expectations,
        seed: int | None = None,
    ) -> None:
        self.profile = profile
        self.dialect = dialect
        self.loop = loop
        self.seed = (
            seed if seed is not None else (profile.seed if profile.seed is not None else secrets.randbelow(2**31))
        )
        self.expectations = expectations
        self.redactor = Redactor()
        self.collector = Collector(dialect.version, expectations, self.redactor, strict=profile.strict)
        self.trigger: Trigger = make_trigger(profile.trigger, profile.timeout)
        self.peer = Peer(versions_url=profile.target_url)
        self.silence = Silence()
        self.notes: list[str] = []
        self.cases_made = 0
        self._registration: str | None = None
        """Empty: there is one; a text: why there is none; None: to be looked after before it is needed."""
        self._token_is_spent = profile.registered
        self._joined = False
        self._unusual = False
        self._calls_back = True
        self._journal: JournalWriter | None = None
        for secret in (profile.token, profile.inbound_token):
            self.redactor.learn(secret)
        self.partner = Partner(
            PartnerConfig(
                role=counterpart(profile.target_role),
                party=profile.party_id,
                name="OCPI conformance partner",
                versions=(dialect.version,),
                host=profile.host,
                port=profile.port,
                public_url=profile.public_url or None,
                seed=self.seed,
                limits=Limits(timeout_s=profile.timeout),
                allowed_hosts=profile.allowed_hosts,
            )
        )
        self.partner.peers.all.append(self.peer)
        self._judge = Judge(
            Context(
                dialect=dialect,
                target_role=profile.target_role,
                partner=(PartyRole(self.partner.config.role, self.partner.config.party),),
                closed_network=is_closed_network(profile.target_url),
            )
        )

    def open(self, journal: JournalWriter) -> None:
        """Start the Partner; from now on each exchange is written and judged.

        Raises:
            OSError: the Partner cannot listen where it should.
        """
        self._journal = journal
        self.partner.recorder.listen(self._take)
        self.loop.call(self.partner.start())

    def close(self) -> None:
        """Stop the Partner."""
        self.loop.call(self.partner.stop())

    def _take(self, exchange: Exchange) -> None:
        if self._journal is not None:
            self._journal.append(exchange)
        roles = self.peer.roles
        if roles and roles != self._judge.context.target:
            self._judge.context = replace(self._judge.context, target=roles)
        self.collector.judged(exchange.scenario, exchange.index, self._judge.judge(exchange))

    # What steps build on

    def send(self, name: str, **details: Any) -> Exchange:
        """Send a request of an operation to the target; see `Partner.call`.

        Raises:
            NoEndpointError: the target's version details name no such endpoint.
        """
        return self.loop.call(self.partner.call(self.dialect.operations[name], self.peer, **details))

    def wait_for(self, wanted: Callable[[Exchange], bool], since: int, seconds: float) -> Exchange | None:
        """The first exchange from `since` on that is wanted; None when the time is over."""
        return self.loop.call(self.partner.recorder.wait_for(wanted, since, seconds))

    def ensure_registered(self) -> None:
        """See to it that there is a registration to work with; what depends on it is blocked if that fails.

        Raises:
            Blocked: there is none; the message says why.
        """
        if self._registration is None:
            self._registration = self._connect()
            self._token_is_spent, self._unusual = True, False
        if self._registration:
            raise Blocked(self._registration)

    @property
    def registration_is_ahead(self) -> bool:
        """Whether CREDENTIALS_TOKEN_A has not been used to register yet."""
        return self._registration is None and not self._token_is_spent and not self.peer.registered

    @property
    def registration_problem(self) -> str:
        """Why there can be no registration; empty as long as that is not known."""
        return self._registration or ""

    def registration_changed(self, *, unusual: bool = False) -> None:
        """The credentials were or may have been exchanged: to be looked at before they are needed.

        `unusual`: what the target knows of the Partner now is not what it usually says of itself.
        """
        self._registration = None
        self._unusual = self._unusual or unusual
        self._token_is_spent = self._token_is_spent or self.peer.registered

    def registration_ended(self) -> None:
        """The Partner is not registered any more: it has to register anew before that is needed."""
        self._registration, self._token_is_spent, self._unusual = None, True, False
        self.peer.forget()

    def adopt(self, peer: Peer) -> None:
        """Go on with another connection to the target in the place of the present one."""
        if peer is not self.peer:
            self.partner.peers.drop(self.peer)
            self.peer = peer

    def let_call_back(self, since: int, *, unusual: bool = False) -> None:
        """Let the target finish what it asks when it has taken new credentials, if it does so after its answer.

        Where nothing comes, though nothing is unusual, nothing is waited for any more.
        """
        if not self._calls_back:
            return

        def fetches(exchange: Exchange) -> bool:
            return exchange.client is Side.TARGET and exchange.is_operation("versions.both.get_version_details")

        self._calls_back = self.wait_for(fetches, since, CALLBACK_S) is not None or unusual

    def _connect(self) -> str:
        if self.peer.registered:
            problem = self._put_right() if self._unusual else self._proven()
            return problem if problem and self._register_anew() else ""
        if not self._token_is_spent:
            return self._register(self.profile.token)
        if self.profile.registered and not self._joined:
            return self._join()
        return self._register_anew()

    def _proven(self) -> str:
        """Whether the target takes the token that it has given: empty, or why there is nothing to work with.

        The URL in its credentials is a matter of its own: what the profile says is as good.
        """
        answer = self.send("versions.both.get_versions")
        if (
            answer.response is None or not answer.response.succeeded
        ) and self.peer.versions_url != self.profile.target_url:
            self.peer.versions_url = self.profile.target_url
            answer = self.send("versions.both.get_versions")
        works = answer.response is not None and answer.response.succeeded
        return "" if works else f"the target does not accept the token that it gave to the partner: {answer}"

    def _register(self, token: str) -> str:
        since = self.partner.recorder.cursor
        outcome = self.loop.call(register(self.partner, self.peer, self.dialect.version, token))
        if isinstance(outcome, Unusable):
            return f"the partner is not registered with the target: {outcome.message}"
        self.let_call_back(since)
        return self._proven()

    def _register_anew(self) -> str:
        """Register again, if the target can be given a new CREDENTIALS_TOKEN_A."""
        token = new_token()
        self.redactor.learn(token)
        given = self.trigger.fire(TriggerRequest(Intent.ACCEPT_TOKEN.value, "", (("token", token),)))
        if not isinstance(given, Accepted):
            return f"the registration has ended in an earlier scenario, and there is no way to another: {given.reason}"
        self.peer.forget()
        self.peer.versions_url = self.profile.target_url
        return self._register(token)

    def _put_right(self) -> str:
        """Give the target our usual credentials again."""
        peer, since = self.peer, self.partner.recorder.cursor
        fetched = self.loop.call(fetch_endpoints(self.partner, peer, self.dialect))
        if isinstance(fetched, Unusable):
            return f"since an earlier scenario the partner cannot work with its registration: {fetched.message}"
        peer.endpoints, peer.version = fetched, self.dialect.version
        outcome = self.loop.call(offer_credentials(self.partner, peer, self.dialect, "put_credentials"))
        if isinstance(outcome, Registered):
            self.let_call_back(since)
        # A target that refuses this knows us by the credentials it had before.
        return self._proven()

    def _join(self) -> str:
        """Take over a registration that was made before."""
        self._joined = True
        peer = self.peer
        peer.outbound, peer.inbound, peer.version = self.profile.token, self.profile.inbound_token, self.dialect.version
        fetched = self.loop.call(fetch_endpoints(self.partner, peer, self.dialect, Wish()))
        if isinstance(fetched, Unusable):
            return f"the registration that --registered names does not work: {fetched.message}"
        peer.endpoints = fetched
        answer = self.send("credentials.both.get_credentials")
        if answer.response is not None and isinstance(answer.response.data, dict):
            peer.roles = read_roles(answer.response.data, self.dialect, self.partner)
        return ""

    def offers(self, module: str, interface: InterfaceRole) -> bool:
        """Whether the target's version details name an endpoint."""
        return self.peer.endpoint(module, interface, roles=self.dialect.interface_roles) is not None

    @property
    def quiet_s(self) -> float:
        """How long nothing must come, after something else has shown that the target has moved on."""
        return self.profile.quiet

    @property
    def patience_s(self) -> float:
        """How long to wait for something that the target is to do of its own."""
        return 300.0 if self.trigger.can_wait else self.profile.timeout
