"""Objects that the client owns and pushes: their URLs and methods, and what a request with an object has to bring."""

from dataclasses import dataclass
from functools import cache

from ocpi_schemas.dialect import load_dialect
from ocpi_schemas.finding import shorten
from ocpi_schemas.json_text import Json, NotJson
from ocpi_schemas.operation import EndpointKind, InterfaceRole, Payload
from ocpi_schemas.rules.rule import Flaw, Outcome, Seen, request_rule
from ocpi_schemas.rules.transport import METHODS
from ocpi_schemas.schema import load_schemas

_OWNER = ("{country_code}", "{party_id}")
_TOO_LARGE = 413


@dataclass(frozen=True, slots=True)
class Interface:
    """What the operations of an interface have in common."""

    methods: tuple[str, ...]
    paths: tuple[str, ...]
    client_owned: bool
    """Whether its URLs name the owner of the object."""


@cache
def _interface(version: str, module: str, role: InterfaceRole | None) -> Interface:
    operations = [
        operation
        for operation in load_dialect(version).operations.values()
        if operation.module == module and operation.interface is role
    ]
    return Interface(
        tuple(method for method in METHODS if any(operation.method == method for operation in operations)),
        tuple(dict.fromkeys("/".join(operation.path) for operation in operations)),
        any(operation.path[:2] == _OWNER for operation in operations),
    )


def _called(seen: Seen) -> Interface:
    """The interface of ours that the target called; an empty one if it called none."""
    return _interface(seen.context.dialect.version, seen.module, seen.interface)


# Methods


@request_rule("TRN-083", by_module={"sessions": "SES-032"})
def client_owned_objects_are_not_posted(seen: Seen) -> Outcome:
    """The method by which an object is sent to an interface for client owned objects.

    Source: transport_and_format.asciidoc#transport_and_format_client_owned_object_push
    """
    method = seen.exchange.request.method
    if method not in ("POST", "PUT") or not _called(seen).client_owned:
        return None
    if method == "PUT":
        return []
    return [Flaw("an object that the client owns is sent with POST", ("PUT",), "POST", "method")]


@request_rule(by_module={"sessions": "SES-005"})
def sessions_are_not_deleted(seen: Seen) -> Outcome:
    """The method of a request to the Receiver interface of Sessions."""
    if seen.interface is not InterfaceRole.RECEIVER:
        return None
    if seen.exchange.request.method != "DELETE":
        return []
    return [Flaw("a Session is deleted", ("PUT or PATCH with the status it has now",), "DELETE", "method")]


def _offered(seen: Seen, role: InterfaceRole) -> Outcome:
    """Whether the interface has the method at all; whether this URL of it has, is a matter of the URL."""
    method = seen.exchange.request.method
    if seen.interface is not role or method not in METHODS:
        return None
    methods = _called(seen).methods
    if method in methods:
        return []
    return [
        Flaw(
            f"the {role.value.capitalize()} interface of {seen.module} is called with {method}",
            methods,
            method,
            "method",
        )
    ]


@request_rule(
    by_module={
        "locations": "LOC-040",
        "cdrs": "CDR-036",
        "tariffs": "TRF-017",
        "tokens": "TOK-024",
        "commands": "CMD-010",
        "chargingprofiles": "CHP-020",
        "hubclientinfo": "HUB-022",
    }
)
def receiver_interface_is_called_as_it_is(seen: Seen) -> Outcome:
    """The method of a request to a Receiver interface: one of those in its table."""
    return _offered(seen, InterfaceRole.RECEIVER)


@request_rule(
    by_module={
        "locations": "LOC-018",
        "sessions": "SES-017",
        "cdrs": "CDR-027",
        "tariffs": "TRF-008",
        "tokens": "TOK-041",
        "commands": "CMD-010",
        "chargingprofiles": "CHP-035",
        "hubclientinfo": "HUB-031",
    }
)
def sender_interface_is_called_as_it_is(seen: Seen) -> Outcome:
    """The method of a request to a Sender interface: one of those in its table."""
    return _offered(seen, InterfaceRole.SENDER)


# URLs


def _strays(seen: Seen) -> bool:
    """Whether the URL fits nothing although the interface has the method."""
    stray, method = seen.stray, seen.exchange.request.method
    if stray is None or method not in _called(seen).methods:
        return False
    if stray.glued:
        return True
    return seen.context.dialect.resolve(method, stray.module, stray.interface, stray.segments) is None


def _below(seen: Seen) -> str:
    """What follows the endpoint's URL where that is not as it should be."""
    stray = seen.stray
    if stray is None:
        return ""
    text = shorten("/".join(stray.segments))
    return f"{text}, without a slash before it" if stray.glued else text


def _owner(seen: Seen) -> tuple[str, str] | None:
    """Country code and party id in the URL, as far as they can be such."""
    operation, path = seen.operation, seen.exchange.path_parameters
    if operation is None or not operation.functional or operation.path[:2] != _OWNER or _too_long(seen):
        return None
    return path.get("country_code", ""), path.get("party_id", "")


def _too_long(seen: Seen) -> list[str]:
    """Those of country code and party id in the URL that are longer than such codes are."""
    operation, path = seen.operation, seen.exchange.path_parameters
    limits = operation.path_parameters if operation is not None else {}
    return [
        name
        for name in ("country_code", "party_id")
        if name in limits and len(path.get(name, "")) > (limits[name].max_length or len(path.get(name, "")))
    ]


@request_rule(
    "TRN-080",
    by_module={
        "locations": "LOC-039",
        "sessions": "SES-031",
        "tariffs": "TRF-016",
        "tokens": "TOK-021",
        "hubclientinfo": "HUB-020",
    },
)
def url_names_owner_and_object(seen: Seen) -> Outcome:
    """What follows the endpoint's URL in a request to an interface for client owned objects."""
    interface = _called(seen)
    if not interface.client_owned:
        return None
    if _strays(seen):
        return [Flaw("the URL is not that of an object here", interface.paths, _below(seen) or "nothing", "url")]
    if seen.operation is None:
        return None
    return [
        Flaw(
            f"what stands at the place of {name} in the URL is too long for it",
            interface.paths,
            shorten(seen.exchange.path_parameters.get(name)),
            "url",
        )
        for name in _too_long(seen)
    ]


@request_rule(by_module={"sessions": "SES-031", "tariffs": "TRF-016", "tokens": "TOK-021"})
def object_id_in_url_fits(seen: Seen) -> Outcome:
    """The length of the object's id in the URL."""
    operation = seen.operation
    if operation is None or not _called(seen).client_owned or operation.path[:2] != _OWNER:
        return None
    path = seen.exchange.path_parameters
    return [
        Flaw(f"{name} in the URL is too long", (f"at most {limit} characters",), shorten(path[name]), "url")
        for name, parameter in operation.path_parameters.items()
        if name in path and name not in ("country_code", "party_id")
        if (limit := parameter.max_length) is not None and len(path[name]) > limit
    ]


@request_rule(by_module={"locations": "LOC-035"})
def sender_object_url_fits(seen: Seen) -> Outcome:
    """What follows the endpoint's URL in a GET of one object from a Sender interface."""
    if seen.interface is not InterfaceRole.SENDER or seen.exchange.request.method != "GET":
        return None
    if _strays(seen):
        paths = tuple(path for path in _called(seen).paths if path)
        return [Flaw("the URL is not that of an object here", paths, _below(seen), "url")]
    return [] if seen.operation is not None and seen.operation.path else None


# Owners


@request_rule("TRN-081")
def owner_in_url_is_a_party_of_the_client(seen: Seen) -> Outcome:
    """Country code and party id in the URL, against the parties in the target's credentials."""
    owner, target = _owner(seen), seen.context.target
    if owner is None or not target or seen.context.target_role == "HUB":
        return None
    if any(entry.party.is_same(*owner) for entry in target):
        return []
    return [_owner_flaw("the URL names an owner that is none of the client's parties", seen, owner)]


@request_rule(by_module={"locations": "LOC-041", "sessions": "SES-033", "tariffs": "TRF-019", "tokens": "TOK-022"})
def owner_in_url_has_the_role(seen: Seen) -> Outcome:
    """The same, against the parties that have a role which can own such objects."""
    owner, target = _owner(seen), seen.context.target
    module = seen.context.dialect.modules.get(seen.module)
    if owner is None or not target or module is None or seen.context.target_role == "HUB":
        return None
    senders = set(module.implemented_by.get(InterfaceRole.SENDER, ()))
    # Roles that only receive such objects; others, such as a hub's, can stand for anyone.
    receivers = set(module.implemented_by.get(InterfaceRole.RECEIVER, ())) - senders
    if any(entry.party.is_same(*owner) and entry.role not in receivers for entry in target):
        return []
    return [_owner_flaw(f"the URL names an owner that is no {module.owner} among the client's parties", seen, owner)]


def _owner_flaw(message: str, seen: Seen, owner: tuple[str, str]) -> Flaw:
    parties = tuple(dict.fromkeys(str(entry.party) for entry in seen.context.target))
    return Flaw(message, parties, shorten("-".join(owner)), "url")


# Bodies


def _body(seen: Seen) -> Json | NotJson:
    """The body of a request; NotJson if there is none, or none that can be read."""
    return seen.exchange.request.body.json


@request_rule("TRN-086")
def object_id_in_url_is_that_of_the_object(seen: Seen) -> Outcome:
    """The id in the URL of a PUT, and of a PATCH that repeats it, against the id in the body."""
    operation, body = seen.operation, _body(seen)
    if operation is None or operation.request is None or operation.path[:2] != _OWNER or not isinstance(body, dict):
        return None
    parameter = operation.path_parameters.get(operation.path[-1].strip("{}"))
    if parameter is None or len(operation.path) <= len(_OWNER):
        return None
    name = parameter.name.rpartition("_")[2]
    in_url, in_body = seen.exchange.path_parameters.get(parameter.name), body.get(name)
    if in_url is None or not isinstance(in_body, str):
        return None
    same = in_url.upper() == in_body.upper() if parameter.type == "CiString" else in_url == in_body
    if same:
        return []
    message = f"{parameter.name} in the URL is not the {name} of the object in the body"
    return [Flaw(message, (shorten(in_url),), shorten(in_body), f"/{name}")]


for _operation, _requirement in {
    "locations.receiver.put_location": "LOC-053",
    "locations.receiver.put_evse": "LOC-053",
    "locations.receiver.put_connector": "LOC-053",
    "sessions.receiver.put_session": "SES-042",
    "tariffs.receiver.put_tariff": "TRF-024",
    "tokens.receiver.put_token": "TOK-034",
}.items():
    # The module chapters say it of PUT.
    request_rule(_requirement, operations=(_operation,))(object_id_in_url_is_that_of_the_object)


_PUTS_OF_OWNED_OBJECTS = (
    "locations.receiver.put_location",
    "sessions.receiver.put_session",
    "tariffs.receiver.put_tariff",
    "tokens.receiver.put_token",
    "hubclientinfo.receiver.put_client_info",
)
"""Where the body of a PUT names its owner too, in versions whose objects do."""


@request_rule(
    by_module={
        "locations": "LOC-051",
        "sessions": "SES-040",
        "tariffs": "TRF-022",
        "tokens": "TOK-033",
        "hubclientinfo": "HUB-026",
    },
    operations=_PUTS_OF_OWNED_OBJECTS,
)
def country_in_url_is_that_of_the_object(seen: Seen) -> Outcome:
    """`country_code` in the URL of a PUT, against that in the body."""
    return _same_owner(seen, "country_code", "object.owner_country")


@request_rule(
    by_module={
        "locations": "LOC-052",
        "sessions": "SES-041",
        "tariffs": "TRF-023",
        "tokens": "TOK-033",
        "hubclientinfo": "HUB-026",
    },
    operations=_PUTS_OF_OWNED_OBJECTS,
)
def party_in_url_is_that_of_the_object(seen: Seen) -> Outcome:
    """`party_id` in the URL of a PUT, against that in the body."""
    return _same_owner(seen, "party_id", "object.owner_party")


def _same_owner(seen: Seen, parameter: str, concept: str) -> Outcome:
    name, body = seen.context.dialect.field(concept), _body(seen)
    in_url = seen.exchange.path_parameters.get(parameter)
    in_body = body.get(name) if name and isinstance(body, dict) else None
    if in_url is None or not isinstance(in_body, str) or _too_long(seen):
        return None
    if in_url.upper() == in_body.upper():
        return []
    message = f"{parameter} in the URL is not that of the object in the body"
    return [Flaw(message, (shorten(in_url),), shorten(in_body), f"/{name}")]


# Whole objects


def _whole_object(seen: Seen) -> Payload | None:
    """What the body of a PUT or POST has to be; None if there need not be one, or it was too large to be read.

    Results that are posted to a `response_url` are judged by the chapters that know of them.
    """
    operation, response = seen.operation, seen.exchange.response
    payload = operation.request if operation is not None else None
    if operation is None or operation.method not in ("PUT", "POST") or operation.endpoint is EndpointKind.CALLBACK:
        return None
    if payload is None or payload.partial or (response is not None and response.status == _TOO_LARGE):
        return None
    return payload if seen.exchange.request.body or not payload.optional else None


@request_rule("TRN-054")
def body_is_one_object(seen: Seen) -> Outcome:
    """Whether a PUT or POST has a body, and it is one JSON object.

    Source: transport_and_format.asciidoc#transport_and_format_put
    """
    payload, body = _whole_object(seen), _body(seen)
    if payload is None or (seen.exchange.request.body and isinstance(body, NotJson)):
        return None
    if isinstance(body, dict):
        return []
    found = (
        "no body" if isinstance(body, NotJson) else f"a list of {len(body)}" if isinstance(body, list) else "a value"
    )
    return [Flaw("the body is not one object", (" or ".join(payload.any_of),), found)]


@request_rule("TRN-054")
def body_has_all_required_fields(seen: Seen) -> Outcome:
    """The required fields of the object in a PUT or POST; what the fields hold is judged by its schema."""
    payload, body = _whole_object(seen), _body(seen)
    if payload is None or not isinstance(body, dict):
        return None
    schemas = load_schemas(seen.context.dialect.version)
    if not schemas.describes(payload.any_of):
        return None
    if schemas.is_flawless(payload.any_of, body):
        return []
    return [
        Flaw("a required field is missing", violation.expected, violation.found, violation.pointer)
        for violation in schemas.assess(payload.any_of, body).violations
        if violation.keyword == "required" or (violation.keyword == "type" and violation.found == "null")
    ]


for _operation, _requirement in {
    "locations.receiver.put_location": "LOC-054",
    "locations.receiver.put_evse": "LOC-054",
    "locations.receiver.put_connector": "LOC-054",
    "sessions.receiver.put_session": "SES-039",
    "tariffs.receiver.put_tariff": "TRF-021",
    "tokens.receiver.put_token": "TOK-030",
    "hubclientinfo.receiver.put_client_info": "HUB-025",
}.items():
    # The module chapters say it of PUT.
    request_rule(_requirement, operations=(_operation,))(body_is_one_object)
    request_rule(_requirement, operations=(_operation,))(body_has_all_required_fields)

request_rule("CDR-042", operations=("cdrs.receiver.post_cdr",))(body_is_one_object)
