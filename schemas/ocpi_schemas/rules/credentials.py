"""Rules of the credentials chapter. Tokens are compared, and never put into a message."""

from datetime import timedelta

from ocpi_schemas.context import digest
from ocpi_schemas.exchange import Exchange
from ocpi_schemas.finding import shorten
from ocpi_schemas.json_text import NotJson
from ocpi_schemas.redaction import spellings
from ocpi_schemas.rules.rule import Flaw, Outcome, Seen, message_rule, request_rule, response_rule

_GET = "credentials.both.get_credentials"
_POST = "credentials.both.post_credentials"
_PUT = "credentials.both.put_credentials"

_UNDER_WAY = timedelta(seconds=0.25)
"""A request that comes in so soon after the answer to another left may have crossed that answer."""

_FIRST = "A"
"""The kind of CREDENTIALS_TOKEN_A."""

_ACCEPTED = frozenset({_FIRST, "pending", "current"})
"""Kinds of token that the Partner takes at the moment."""


def _presented(exchange: Exchange) -> list[bytes]:
    """Digests of the token in the request's Authorization header, in each reading."""
    return [digest(spelling) for spelling in spellings(exchange.request.headers.get("Authorization"))]


def _token_of(value: object) -> str | None:
    token = value.get("token") if isinstance(value, dict) else None
    return token if isinstance(token, str) and token else None


def _uses_token_out_of_use(seen: Seen, method: str, grace: timedelta) -> bool:
    """Whether an earlier request of the target, of this method, has put the token of this request out of use."""
    if seen.exchange.token_kind in _ACCEPTED:
        return False
    ends = [end for entry in _presented(seen.exchange) if (end := seen.history.ended.get(entry)) is not None]
    return any(end.method == method and seen.exchange.started > end.at + grace for end in ends)


def _uses_token_from(seen: Seen, method: str) -> bool:
    """Whether the token of this request came in the answer to the target's own request of this method."""
    return any(seen.history.given_to_target.get(entry) == method for entry in _presented(seen.exchange))


@request_rule("CRD-011")
def sender_uses_token_from_its_registration(seen: Seen) -> Outcome:
    """The token of a request after the target has registered: the one from the answer, or one of before.

    Source: credentials.asciidoc#credentials_registration
    """
    if _uses_token_out_of_use(seen, "POST", timedelta()):
        message = "after its registration the target goes on with CREDENTIALS_TOKEN_A, or with the token it offered"
        return [Flaw(message, ("the token from the answer to its POST",), "another", "header Authorization")]
    return [] if _uses_token_from(seen, "POST") else None


@request_rule("CRD-065")
def client_uses_token_from_its_update(seen: Seen) -> Outcome:
    """The token of a request after the target has updated its credentials; requests that were under way do not count.

    Source: credentials.asciidoc#credentials_put_method
    """
    if _uses_token_out_of_use(seen, "PUT", _UNDER_WAY):
        message = "after its PUT of credentials the target goes on with its former token, or with the one it offered"
        return [Flaw(message, ("the token from the answer to its PUT",), "another", "header Authorization")]
    return [] if _uses_token_from(seen, "PUT") else None


@request_rule("CRD-071")
def client_is_silent_after_its_delete(seen: Seen) -> Outcome:
    """A request with the token of a connection that the target has ended; a new registration has another token.

    Source: credentials.asciidoc#credentials_delete_method
    """
    if _uses_token_out_of_use(seen, "DELETE", _UNDER_WAY):
        message = "the target has ended the connection by DELETE credentials, and still sends requests over it"
        expected = ("no request", "a registration, with a CREDENTIALS_TOKEN_A")
        return [Flaw(message, expected, seen.exchange.request.method, "header Authorization")]
    return [] if seen.history.target_unregistered and seen.exchange.token_kind == _FIRST else None


@request_rule("CRD-014")
def registration_token_is_for_registration(seen: Seen) -> Outcome:
    """The module of a request with a CREDENTIALS_TOKEN_A that has not done its service yet.

    Source: credentials.asciidoc#credentials_registration
    """
    presented = _presented(seen.exchange)
    known = seen.exchange.token_kind == _FIRST or any(entry in seen.history.registration_tokens for entry in presented)
    if not known or not seen.module or _uses_token_out_of_use(seen, "POST", timedelta()):
        return None
    if seen.module in ("versions", "credentials"):
        return []
    message = "CREDENTIALS_TOKEN_A is used for another module than versions and credentials"
    return [Flaw(message, ("versions", "credentials"), seen.module, "header Authorization")]


# What the target sends as a client


@request_rule("CRD-008", operations=(_POST,))
def sender_offers_a_fresh_token(seen: Seen) -> Outcome:
    """The token in a POST, beside all that were in use before; one that was offered in vain may be offered again.

    Source: credentials.asciidoc#credentials_registration
    """
    token = _token_of(seen.exchange.request.body.json)
    if token is None:
        return None
    since = seen.history.first_shown.get(digest(token))
    # The Partner calls back with it while the POST is open.
    in_use = since is not None and since < seen.exchange.started
    return [_not_fresh(seen)] if in_use or digest(token) in _presented(seen.exchange) else []


def _not_fresh(seen: Seen) -> Flaw:
    message = "the token is one that is or was in use between the two platforms"
    return Flaw(message, ("a newly generated token",), "a known token", seen.pointer(0, "/token"))


@request_rule("CRD-042")
def credentials_are_not_patched(seen: Seen) -> Outcome:
    """The method of a request to a credentials endpoint.

    Source: credentials.asciidoc#credentials_interfaces_and_endpoints
    """
    if seen.module != "credentials":
        return None
    if seen.exchange.request.method != "PATCH":
        return []
    return [Flaw("a PATCH to a credentials endpoint", ("PUT, with the whole object",), "PATCH", "method")]


@request_rule("CRD-046", operations=(_GET,))
def get_has_no_body(seen: Seen) -> Outcome:
    """The body of a GET of credentials.

    Source: credentials.asciidoc#credentials_get_method
    """
    size = len(seen.exchange.request.body.raw)
    return [Flaw("a GET of credentials with a body", ("no body",), f"{size} bytes")] if size else []


@request_rule("CRD-050", operations=(_POST,))
def post_carries_credentials(seen: Seen) -> Outcome:
    """The body of a POST of credentials.

    Source: credentials.asciidoc#credentials_post_method
    """
    return _request_carries_credentials(seen)


@request_rule("CRD-060", operations=(_PUT,))
def put_carries_credentials(seen: Seen) -> Outcome:
    """The body of a PUT of credentials.

    Source: credentials.asciidoc#credentials_put_method
    """
    return _request_carries_credentials(seen)


def _request_carries_credentials(seen: Seen) -> Outcome:
    """A body that is not JSON breaks a requirement of its own, and so does what the object lacks."""
    body = seen.exchange.request.body
    if body and isinstance(body.json, NotJson):
        return None
    if isinstance(body.json, dict):
        return []
    found = "something else" if body else "no body"
    return [Flaw("no Credentials object in the request", ("a Credentials object",), found)]


# What the target answers as a server


@response_rule("CRD-044", operations=(_GET,))
def get_is_answered_with_credentials(seen: Seen) -> Outcome:
    """The data of a successful answer to a GET of credentials.

    Source: credentials.asciidoc#credentials_get_method
    """
    return _answer_carries_credentials(seen)


@response_rule("CRD-053", operations=(_POST,))
def post_is_answered_with_credentials(seen: Seen) -> Outcome:
    """The data of a successful answer to a POST of credentials.

    Source: credentials.asciidoc#credentials_post_method
    """
    return _answer_carries_credentials(seen)


@response_rule("CRD-063", operations=(_PUT,))
def put_is_answered_with_credentials(seen: Seen) -> Outcome:
    """The data of a successful answer to a PUT of credentials.

    Source: credentials.asciidoc#credentials_put_method
    """
    return _answer_carries_credentials(seen)


def _answer_carries_credentials(seen: Seen) -> Outcome:
    """What the object lacks breaks a requirement of its own."""
    if not seen.response.succeeded:
        return None
    data = seen.response.data
    if isinstance(data, dict):
        return []
    found = "no data" if data is None else "something else"
    return [Flaw("no Credentials object in the answer", ("a Credentials object",), found, "/data")]


@response_rule("CRD-045", operations=(_GET,))
def get_shows_the_token_in_use(seen: Seen) -> Outcome:
    """The token in the answer to a GET beside the one in the request's Authorization header.

    Source: credentials.asciidoc#credentials_get_method
    """
    exchange = seen.exchange
    answered = _token_of(seen.response.data) if seen.response.succeeded else None
    accepted = exchange.token_kind in _ACCEPTED or not exchange.token_kind
    presented = spellings(exchange.request.headers.get("Authorization"))
    if answered is None or not presented or not accepted or exchange.deliberate or exchange.behaviours:
        return None
    may_be_plain = "plain" in seen.context.dialect.token_encoding
    if answered in (presented if may_be_plain else presented[-1:]):
        return []
    message = "the token is not the one with which the client authenticates"
    return [Flaw(message, ("the token of the request's Authorization header",), "another", seen.pointer(0, "/token"))]


@response_rule("CRD-054", operations=(_POST,))
def post_brings_a_fresh_token(seen: Seen) -> Outcome:
    """The token in the answer to a POST, beside all that were seen before.

    Source: credentials.asciidoc#credentials_post_method
    """
    return _answer_has_a_fresh_token(seen)


@response_rule("CRD-064", operations=(_PUT,))
def put_brings_a_fresh_token(seen: Seen) -> Outcome:
    """The token in the answer to a PUT, beside all that were seen before.

    Source: credentials.asciidoc#credentials_put_method
    """
    return _answer_has_a_fresh_token(seen)


def _answer_has_a_fresh_token(seen: Seen) -> Outcome:
    token = _token_of(seen.response.data) if seen.response.succeeded else None
    if token is None:
        return None
    offered = _token_of(seen.exchange.request.body.json)
    known = digest(token) in seen.history.first_shown or digest(token) in _presented(seen.exchange) or token == offered
    return [_not_fresh(seen)] if known else []


# What a Credentials object says


@message_rule("CRD-083", modules=("credentials",))
def role_is_listed_once(seen: Seen) -> Outcome:
    """The roles of a Credentials object, by role, party and country; the latter two in any case.

    Source: credentials.asciidoc#credentials_credentials_object
    """
    roles = seen.items[0].get(seen.context.dialect.field("credentials.roles")) if seen.items else None
    if not isinstance(roles, list) or not roles:
        return None
    known: set[tuple[str, ...]] = set()
    flaws = []
    for index, role in enumerate(roles):
        values = [role.get(name) for name in ("role", "country_code", "party_id")] if isinstance(role, dict) else []
        texts = tuple(value.upper() for value in values if isinstance(value, str))
        if len(texts) == 3 and texts in known:
            message = "this combination of role, country_code and party_id stands in the list before"
            pointer = seen.pointer(0, f"/roles/{index}")
            flaws.append(Flaw(message, ("another combination, or no such entry",), shorten(" ".join(texts)), pointer))
        known.add(texts)
    return flaws
