"""Message routing: the headers that say from which party to which party a message goes.

Source: transport_and_format.asciidoc#transport_and_format_message_routing
"""

import re

from ocpi_schemas.context import PartyRole
from ocpi_schemas.finding import shorten
from ocpi_schemas.operation import InterfaceRole
from ocpi_schemas.party import PartyId
from ocpi_schemas.rules.rule import Flaw, Judged, Outcome, Seen, message_rule, request_rule, response_rule

TO_PARTY, TO_COUNTRY, FROM_PARTY, FROM_COUNTRY = range(4)
"""Places of the four headers in the dialect."""

_LIMITS = (3, 2, 3, 2)
_WELL_FORMED = tuple(re.compile(rf"[\x20-\x7e]{{1,{limit}}}") for limit in _LIMITS)
_UNAUTHORIZED = 401
_PUSHES = ("POST", "PUT", "PATCH")
_FOR_ONE_PARTY = ("sessions", "cdrs")


def _is_functional(seen: Seen) -> bool:
    module = seen.context.dialect.modules.get(seen.module)
    return module is not None and module.functional and bool(seen.context.dialect.routing_headers)


def _value(seen: Seen, place: int) -> str:
    """A routing header of the target's message; empty if there is none."""
    names = seen.context.dialect.routing_headers
    return (seen.headers.get(names[place]) or "").strip() if place < len(names) else ""


def _in_request(seen: Seen, place: int) -> str:
    names = seen.context.dialect.routing_headers
    return (seen.exchange.request.headers.get(names[place]) or "").strip() if place < len(names) else ""


def _hub_parties(seen: Seen) -> list[PartyId]:
    """The hub's own parties, where the Partner is one."""
    return [entry.party for entry in seen.context.partner if entry.role == "HUB"]


def _goes_via_hub(seen: Seen) -> bool:
    roles = {entry.role for entry in (*seen.context.partner, *seen.context.target)}
    return "HUB" in roles or seen.context.target_role == "HUB"


def _is_exempt(seen: Seen) -> bool:
    """Whether routing headers may be left out: between peers that have one party and role each."""
    return seen.context.exempt_from_routing and not _goes_via_hub(seen)


def _is_addressed_to_hub(seen: Seen) -> bool:
    return any(hub.is_same(_value(seen, TO_COUNTRY), _value(seen, TO_PARTY)) for hub in _hub_parties(seen))


# Presence


def _is_there(seen: Seen, place: int) -> list[Flaw]:
    if _value(seen, place):
        return []
    name = seen.context.dialect.routing_headers[place]
    kind = "request to" if seen.judged is Judged.REQUEST else "response from"
    return [Flaw(f"a {kind} a functional module without {name}", (f"{name}: …",), "absent", f"header {name}")]


def _in_request_to_a_functional_module(seen: Seen, place: int) -> Outcome:
    if not _is_functional(seen) or _is_exempt(seen):
        return None
    # Without a receiver it is an Open Routing Request, which a hub can route.
    if (
        place in (TO_PARTY, TO_COUNTRY)
        and _hub_parties(seen)
        and not (_value(seen, TO_PARTY) and _value(seen, TO_COUNTRY))
    ):
        return None
    return _is_there(seen, place)


@request_rule("TRN-090")
def request_says_to_which_party(seen: Seen) -> Outcome:
    """OCPI-to-party-id of a request, on a link with more than two parties."""
    return _in_request_to_a_functional_module(seen, TO_PARTY)


@request_rule("TRN-091")
def request_says_to_which_country(seen: Seen) -> Outcome:
    """OCPI-to-country-code of a request, in the same way."""
    return _in_request_to_a_functional_module(seen, TO_COUNTRY)


@request_rule("TRN-092")
def request_says_from_which_party(seen: Seen) -> Outcome:
    """OCPI-from-party-id of a request, in the same way."""
    return _in_request_to_a_functional_module(seen, FROM_PARTY)


@request_rule("TRN-093")
def request_says_from_which_country(seen: Seen) -> Outcome:
    """OCPI-from-country-code of a request, in the same way."""
    return _in_request_to_a_functional_module(seen, FROM_COUNTRY)


def _comes_from_the_module(seen: Seen) -> bool:
    """Whether a response is one of the functional module: not of whatever stands in front of it.

    With HTTP 401 the sender of the request is not known; an HTTP error without the response format may come from
    a layer that knows nothing of OCPI.
    """
    response = seen.response
    if not _is_functional(seen) or response.status == _UNAUTHORIZED:
        return False
    return 200 <= response.status < 300 or (response.status >= 400 and "status_code" in response.envelope)


def _in_response_of_a_functional_module(seen: Seen, place: int) -> Outcome:
    if not _comes_from_the_module(seen) or _is_exempt(seen):
        return None
    if place in (TO_PARTY, TO_COUNTRY) and not _in_request(seen, place + FROM_PARTY):
        return None  # the request did not say from whom it was
    if place in (FROM_PARTY, FROM_COUNTRY) and _is_misled(seen):
        return None
    return _is_there(seen, place)


def _is_misled(seen: Seen) -> bool:
    """Whether the request may name a receiver that does not exist: it is wrong on purpose."""
    return seen.exchange.deliberate or bool(seen.exchange.behaviours)


@response_rule("TRN-094")
def response_says_to_which_party(seen: Seen) -> Outcome:
    """OCPI-to-party-id of a response, on a link with more than two parties."""
    return _in_response_of_a_functional_module(seen, TO_PARTY)


@response_rule("TRN-095")
def response_says_to_which_country(seen: Seen) -> Outcome:
    """OCPI-to-country-code of a response, in the same way."""
    return _in_response_of_a_functional_module(seen, TO_COUNTRY)


@response_rule("TRN-096")
def response_says_from_which_party(seen: Seen) -> Outcome:
    """OCPI-from-party-id of a response, in the same way."""
    return _in_response_of_a_functional_module(seen, FROM_PARTY)


@response_rule("TRN-097")
def response_says_from_which_country(seen: Seen) -> Outcome:
    """OCPI-from-country-code of a response, in the same way."""
    return _in_response_of_a_functional_module(seen, FROM_COUNTRY)


@message_rule("TRN-098")
def routing_headers_fit(seen: Seen) -> Outcome:
    """Characters and lengths of the routing headers that are there."""
    values = [(place, value) for place in range(len(_LIMITS)) if (value := _value(seen, place))]
    if not _is_functional(seen) or not values:
        return None
    names = seen.context.dialect.routing_headers
    return [
        Flaw(
            f"{names[place]} is no CiString of at most {_LIMITS[place]} characters",
            (f"at most {_LIMITS[place]} printable ASCII characters",),
            shorten(value),
            f"header {names[place]}",
        )
        for place, value in values
        if not _WELL_FORMED[place].fullmatch(value)
    ]


# Who is named


def _pair(values: tuple[str, str], places: tuple[int, int]) -> tuple[str, str] | None:
    """Country code and party id, if both are there and neither is a fault of its own."""
    fits = all(_WELL_FORMED[place].fullmatch(value) for value, place in zip(values, places, strict=True))
    return values if fits else None


def _named(seen: Seen, country: int, party: int) -> tuple[str, str] | None:
    return _pair((_value(seen, country), _value(seen, party)), (country, party))


def _is_among(named: tuple[str, str], roles: tuple[PartyRole, ...]) -> bool:
    return any(entry.party.is_same(*named) for entry in roles)


def _listed(roles: tuple[PartyRole, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(entry.party) for entry in roles))


@request_rule("TRN-099")
def request_names_the_two_parties(seen: Seen) -> Outcome:
    """The parties in the routing headers of a request, against those of the two platforms.

    Behind a hub there may be any receiver.
    """
    if not _is_functional(seen):
        return None
    receiver, sender = _named(seen, TO_COUNTRY, TO_PARTY), _named(seen, FROM_COUNTRY, FROM_PARTY)
    partner, target = seen.context.partner, seen.context.target
    flaws, looked = [], False
    if receiver is not None and partner and not _hub_parties(seen):
        looked = True
        if not _is_among(receiver, partner):
            message = "the OCPI-to headers name no party of the platform that gets the request"
            flaws.append(_party_flaw(seen, message, partner, receiver, TO_PARTY))
    if sender is not None and target and seen.context.target_role != "HUB":
        looked = True
        if not _is_among(sender, target):
            message = "the OCPI-from headers name no party of the platform that sends the request"
            flaws.append(_party_flaw(seen, message, target, sender, FROM_PARTY))
    return flaws if looked else None


def _party_flaw(seen: Seen, message: str, expected: tuple[PartyRole, ...], found: tuple[str, str], place: int) -> Flaw:
    name = seen.context.dialect.routing_headers[place]
    return Flaw(message, _listed(expected), shorten("-".join(found)), f"header {name}")


@response_rule("TRN-100")
def response_turns_the_parties_round(seen: Seen) -> Outcome:
    """The routing headers of a response, against those of its request."""
    if not _comes_from_the_module(seen):
        return None
    turned = [(TO_COUNTRY, FROM_COUNTRY), (TO_PARTY, FROM_PARTY)]
    if not _is_misled(seen):
        turned += [(FROM_COUNTRY, TO_COUNTRY), (FROM_PARTY, TO_PARTY)]
    compared = [
        (place, _value(seen, place), _in_request(seen, source))
        for place, source in turned
        if _in_request(seen, source) and _WELL_FORMED[place].fullmatch(_value(seen, place))
    ]
    if not compared:
        return None
    names = seen.context.dialect.routing_headers
    return [
        Flaw(
            f"{names[place]} of the response is not the party that the request had on the other side",
            (asked,),
            shorten(answered),
            f"header {names[place]}",
        )
        for place, answered, asked in compared
        if answered.upper() != asked.upper()
    ]


# Configuration modules


@message_rule("TRN-102")
def configuration_is_not_routed_via_a_hub(seen: Seen) -> Outcome:
    """Routing headers in messages of the configuration modules, on a link with a hub."""
    return _is_not_routed(seen) if _goes_via_hub(seen) else None


@message_rule("TRN-103")
def configuration_is_not_routed_between_peers(seen: Seen) -> Outcome:
    """Routing headers in messages of the configuration modules, on a link without a hub."""
    return None if _goes_via_hub(seen) else _is_not_routed(seen)


def _is_not_routed(seen: Seen) -> Outcome:
    names = seen.context.dialect.routing_headers
    provoked = seen.judged is Judged.RESPONSE and any(_in_request(seen, place) for place in range(len(names)))
    if not seen.module or _is_functional(seen) or provoked:
        return None
    return [
        Flaw(
            f"{name} in a message of the configuration module {seen.module}",
            ("no routing headers",),
            shorten(seen.headers.get(name)),
            f"header {name}",
        )
        for name in names
        if seen.headers.get(name) is not None
    ]


# Links to a hub


@request_rule("TRN-110")
def broadcast_is_no_get(seen: Seen) -> Outcome:
    """A GET that is addressed to the hub itself: right for a whole list of its Sender interface only.

    Source: transport_and_format.asciidoc#transport_and_format_message_routing_broadcast_push
    """
    operation = seen.operation
    if operation is None or operation.method != "GET" or not _is_functional(seen) or not _is_addressed_to_hub(seen):
        return None
    if operation.paginated and operation.interface is InterfaceRole.SENDER:
        return []
    return [
        Flaw(
            "a GET of one object is addressed to the hub, as if it were a Broadcast Push",
            ("the party that has the object", "no OCPI-to headers"),
            _value(seen, TO_PARTY),
            f"header {seen.context.dialect.routing_headers[TO_PARTY]}",
        )
    ]


@request_rule("TRN-112")
def broadcast_is_for_everyone(seen: Seen) -> Outcome:
    """The module of a push that is addressed to the hub itself."""
    if not _is_functional(seen) or seen.interface is not InterfaceRole.RECEIVER or not _is_addressed_to_hub(seen):
        return None
    if seen.exchange.request.method not in _PUSHES:
        return None
    if seen.module not in _FOR_ONE_PARTY:
        return []
    return [
        Flaw(
            f"a Broadcast Push of {seen.module}, which are meant for one party",
            ("the party that it is for in the OCPI-to headers",),
            _value(seen, TO_PARTY),
            f"header {seen.context.dialect.routing_headers[TO_PARTY]}",
        )
    ]


@request_rule("TRN-114")
def open_request_has_no_receiver(seen: Seen) -> Outcome:
    """The OCPI-to headers of a request to a hub that are not both there.

    Source: transport_and_format.asciidoc#transport_and_format_message_routing_open_routing_request
    """
    if not _is_functional(seen) or not _hub_parties(seen):
        return None
    country, party = _value(seen, TO_COUNTRY), _value(seen, TO_PARTY)
    if country and party:
        return None
    if not country and not party:
        return []
    place = TO_PARTY if party else TO_COUNTRY
    name = seen.context.dialect.routing_headers[place]
    message = f"{name} stands alone: the request is neither addressed nor open"
    return [Flaw(message, ("both OCPI-to headers", "none"), shorten(country or party), f"header {name}")]


@request_rule("TRN-115")
def whole_list_is_not_asked_for_openly(seen: Seen) -> Outcome:
    """The OCPI-to headers of a GET of a whole list from a hub.

    Source: transport_and_format.asciidoc#transport_and_format_get_all_via_hubs
    """
    operation = seen.operation
    if operation is None or not operation.paginated or not _is_functional(seen) or not _hub_parties(seen):
        return None
    if _value(seen, TO_COUNTRY) or _value(seen, TO_PARTY):
        return []
    name = seen.context.dialect.routing_headers[TO_PARTY]
    message = "a GET of a whole list without a receiver"
    return [Flaw(message, ("the hub in the OCPI-to headers", "a party"), "absent", f"header {name}")]
