"""Tokens in requests and answers, and real-time authorisation: an answer against its request."""

from typing import Final

from ocpi_schemas.finding import shorten
from ocpi_schemas.json_text import Json, NotJson
from ocpi_schemas.object_memory import Object
from ocpi_schemas.operation import InterfaceRole
from ocpi_schemas.rules.locations import body_of, time_of_patch
from ocpi_schemas.rules.rule import Flaw, Outcome, Seen, request_rule, response_rule
from ocpi_schemas.schema import load_schemas

_AUTHORIZE: Final = "tokens.sender.authorize"
_GET: Final = "tokens.receiver.get_token"
_PUT: Final = "tokens.receiver.put_token"
_PATCH: Final = "tokens.receiver.patch_token"

_UNKNOWN_TOKEN = 2004
_TYPE = "type"


# Which Token a URL names


def _token_types(seen: Seen) -> list[str]:
    parameter = seen.operation.query.get(_TYPE) if seen.operation else None
    document = load_schemas(seen.context.dialect.version).documents.get(parameter.type, {}) if parameter else {}
    return list(document.get("enum", ()))


def _named_type(seen: Seen) -> str | None:
    """The `type` parameter as it stands in the URL."""
    parameter = seen.operation.query.get(_TYPE) if seen.operation else None
    return parameter.value_in(seen.exchange.request.query) if parameter else None


def _meant_type(seen: Seen) -> str | None:
    """The type of the Token that the URL names; None if that is nothing, or URLs have no type here."""
    parameter = seen.operation.query.get(_TYPE) if seen.operation else None
    if parameter is None:
        return None
    named = _named_type(seen)
    meant = parameter.default if named is None else named
    return meant if meant in _token_types(seen) else None


def _type_parameter_flaws(seen: Seen) -> Outcome:
    named, known = _named_type(seen), _token_types(seen)
    if named is None or not known:
        return None
    if named in known:
        return []
    return [Flaw("the type parameter is no TokenType", tuple(known), shorten(named), f"query {_TYPE}")]


@request_rule("TOK-025", operations=(_GET, _PUT, _PATCH))
def type_in_url_is_a_token_type(seen: Seen) -> Outcome:
    """The `type` parameter at a Receiver. Source: mod_tokens.asciidoc#mod_tokens_cpo_get_request_parameters"""
    return _type_parameter_flaws(seen)


@request_rule("TOK-061", operations=(_AUTHORIZE,))
def type_to_authorise_is_a_token_type(seen: Seen) -> Outcome:
    """The `type` parameter of an authorisation. Source: mod_tokens.asciidoc#mod_tokens_msp_post_request_parameters"""
    return _type_parameter_flaws(seen)


def _other_uid(seen: Seen, token: Object, pointer: str) -> list[Flaw]:
    """Whether a Token has another uid than the one in the URL."""
    folded = seen.context.dialect.folded
    uid, wanted = token.get("uid"), seen.exchange.path_parameters.get("token_uid", "")
    if not isinstance(uid, str) or folded(uid) == folded(wanted):
        return []
    return [Flaw("this is another Token than the URL names", (shorten(wanted),), shorten(uid), f"{pointer}/uid")]


def _other_type(seen: Seen, token: Object, pointer: str) -> list[Flaw]:
    """Whether a Token has another type than the URL names; a type that there is not is a fault of its own."""
    kind, meant = token.get("type"), _meant_type(seen)
    if meant is None or kind == meant or kind not in _token_types(seen):
        return []
    how = "by its type parameter" if _named_type(seen) is not None else "by leaving the type parameter out"
    return [
        Flaw(f"this is a Token of another type than the URL names {how}", (meant,), shorten(kind), f"{pointer}/type")
    ]


@response_rule("TOK-027", operations=(_GET,))
def token_that_was_asked_for_is_answered(seen: Seen) -> Outcome:
    """uid and type of the Token that a Receiver answers with.

    Source: mod_tokens.asciidoc#mod_tokens_cpo_get_response_data
    """
    token = seen.response.data if seen.response.succeeded else None
    if not isinstance(token, dict):
        return None
    return _other_uid(seen, token, "/data") + _other_type(seen, token, "/data")


@request_rule("TOK-035", operations=(_PUT,))
def type_in_url_is_that_of_the_token(seen: Seen) -> Outcome:
    """The `type` parameter of a PUT, and the Token in its body.

    Source: mod_tokens.asciidoc#mod_tokens_cpo_put_request_parameters
    """
    token = body_of(seen)
    if token is None or _meant_type(seen) is None:
        return None
    return _other_type(seen, token, "")


@request_rule("TOK-037", operations=(_PATCH,))
def patch_of_a_token_says_when(seen: Seen) -> Outcome:
    """Source: mod_tokens.asciidoc#mod_tokens_patch_method"""
    return time_of_patch(seen)


# What is asked


@request_rule("TOK-060")
def authorisation_is_asked_at_its_url(seen: Seen) -> Outcome:
    """The path of a POST below a Sender's endpoint. Source: mod_tokens.asciidoc#mod_tokens_post_method"""
    if seen.module != "tokens" or seen.interface is not InterfaceRole.SENDER:
        return None
    if seen.exchange.request.method != "POST":
        return None
    if seen.stray is not None and seen.stray.glued:
        return None  # the text has no slash after the endpoint's URL here, its examples have
    if seen.operation is None:
        found = "/".join(seen.stray.segments) if seen.stray else ""
        message = "real-time authorisation is not asked at this path"
        return [Flaw(message, ("token_uid/authorize",), shorten(found) or "the endpoint itself", "url")]
    uid, parameter = seen.exchange.path_parameters.get("token_uid", ""), seen.operation.path_parameters.get("token_uid")
    limit = parameter.max_length if parameter else None
    if limit is None or len(uid) <= limit:
        return []
    return [Flaw("token_uid in the URL is too long", (f"at most {limit} characters",), f"{len(uid)} characters", "url")]


@request_rule("TOK-067", operations=(_AUTHORIZE,))
def authorisation_is_asked_with_location_references(seen: Seen) -> Outcome:
    """The body of an authorisation request; a field that is wrong is a fault of the object.

    Source: mod_tokens.asciidoc#mod_tokens_post_request_body
    """
    body = seen.exchange.request.body
    if not body or isinstance(body.json, NotJson):
        return None
    fields = load_schemas(seen.context.dialect.version).documents["LocationReferences"]["properties"].keys()
    if isinstance(body.json, dict) and (not body.json or fields & body.json.keys()):
        return []
    found = "an object with " + ", ".join(body.json) if isinstance(body.json, dict) else "no object"
    return [Flaw("the body is no LocationReferences object", ("LocationReferences, or no body",), shorten(found))]


@request_rule("TOK-116", operations=(_AUTHORIZE,))
def token_that_is_always_allowed_is_not_authorised(seen: Seen) -> Outcome:
    """The `whitelist` of a Token that the target asks about, if it has been given it before.

    With `valid` false the maintainers see it in another way than the text: not judged.
    Source: mod_tokens.asciidoc#mod_tokens_whitelisttype_enum
    """
    token = _given_token(seen)
    if token is None or token.get("valid") is not True:
        return None
    if token.get("whitelist") != "ALWAYS":
        return []
    message = "real-time authorisation is asked for a Token whose whitelist is ALWAYS"
    return [Flaw(message, ("the Token is allowed without asking",), "an authorisation request", "url")]


def _given_token(seen: Seen) -> Object | None:
    """The Token that an authorisation request is about, as the Partner gave it to the target."""
    dialect, pushed = seen.context.dialect, seen.history.pushed
    uid = dialect.folded(seen.exchange.path_parameters.get("token_uid", ""))
    by_type = dialect.forms.get("token.identity") == "uid_and_type"
    kind = dialect.folded(_meant_type(seen) or "") if by_type else ""
    if not dialect.field("object.owner_country"):
        return pushed.get(("tokens", "", "", uid, kind))
    for party in {role.party for role in seen.context.partner}:
        token = pushed.get(("tokens", party.country_code.upper(), party.party_id.upper(), uid, kind))
        if token is not None:
            return token
    return None


# What is answered


def _authorization_info(seen: Seen) -> Object | None:
    data = seen.response.data if seen.response.succeeded else None
    return data if isinstance(data, dict) else None


def _asked_location(seen: Seen) -> Object | None:
    """The LocationReferences of an authorisation request; None if there are none that can be read."""
    body = body_of(seen)
    return body if body is not None and isinstance(body.get("location_id"), str) else None


@response_rule("TOK-064", operations=(_AUTHORIZE,))
def unknown_token_has_no_data(seen: Seen) -> Outcome:
    """Answers with the status of an unknown Token. Source: mod_tokens.asciidoc#mod_tokens_post_response_data"""
    if seen.response.status_code != _UNKNOWN_TOKEN:
        return None
    if seen.response.data is None:
        return []
    return [Flaw("an answer that the Token is unknown has data", ("no data",), "data", "/data")]


@response_rule("TOK-076", operations=(_AUTHORIZE,))
def location_is_answered_only_if_asked_about(seen: Seen) -> Outcome:
    """The `location` of AuthorizationInfo, after a request without body.

    Source: mod_tokens.asciidoc#mod_tokens_authorizationinfo_object
    """
    info = _authorization_info(seen)
    if info is None or seen.exchange.request.body:
        return None
    if info.get("location") is None:
        return []
    message = "the answer has a location, but the request had no LocationReferences"
    return [Flaw(message, ("no location",), _location_text(info["location"]), "/data/location")]


def _location_text(location: Json) -> str:
    return shorten(location.get("location_id") if isinstance(location, dict) else location)


@response_rule("TOK-078", operations=(_AUTHORIZE,))
def location_is_the_one_asked_about(seen: Seen) -> Outcome:
    """The `location` of AuthorizationInfo, against the LocationReferences of the request.

    Source: mod_tokens.asciidoc#mod_tokens_authorizationinfo_object
    """
    info, asked = _authorization_info(seen), _asked_location(seen)
    answered = info.get("location") if info is not None else None
    if asked is None or not isinstance(answered, dict):
        return None
    folded, flaws = seen.context.dialect.folded, []
    location_id = answered.get("location_id")
    if isinstance(location_id, str) and folded(location_id) != folded(asked["location_id"]):
        message, expected = "the answer is about another Location than the request", (shorten(asked["location_id"]),)
        flaws.append(Flaw(message, expected, shorten(location_id), "/data/location/location_id"))
    for field in ("evse_uids", seen.context.dialect.field("location_references.connectors")):
        extra = _not_asked_for(seen, asked.get(field), answered.get(field)) if field else []
        if extra:
            message = f"the answer has {field} that the request did not ask about"
            expected = (f"some of the {field} of the request",)
            flaws.append(Flaw(message, expected, shorten(", ".join(extra)), f"/data/location/{field}"))
    return flaws


def _not_asked_for(seen: Seen, asked: Json, answered: Json) -> list[str]:
    """Ids in an answer that are not in the request, if that named any."""
    if not isinstance(asked, list) or not asked or not isinstance(answered, list):
        return []
    folded = seen.context.dialect.folded
    wanted = {folded(name) for name in asked}
    return [name for name in answered if isinstance(name, str) and folded(name) not in wanted]


@response_rule("TOK-079", operations=(_AUTHORIZE,))
def location_is_answered_where_charging_is_allowed(seen: Seen) -> Outcome:
    """The `location` of AuthorizationInfo that allows charging, after a request with LocationReferences.

    Source: mod_tokens.asciidoc#mod_tokens_post_request_body
    """
    info, asked = _authorization_info(seen), _asked_location(seen)
    if info is None or asked is None or info.get("allowed") != "ALLOWED":
        return None
    if info.get("location") is not None:
        return []
    message = "charging is allowed, but the answer has no location, although the request had one"
    return [Flaw(message, (shorten(asked["location_id"]),), "absent", "/data/location")]


@response_rule("TOK-080", operations=(_AUTHORIZE,))
def token_is_the_one_asked_about(seen: Seen) -> Outcome:
    """The `token` of AuthorizationInfo, against the URL of the request.

    Source: mod_tokens.asciidoc#mod_tokens_authorizationinfo_object
    """
    info, field = _authorization_info(seen), seen.context.dialect.field("authorization_info.token")
    token = info.get(field) if info is not None else None
    if not isinstance(token, dict):
        return None
    return _other_uid(seen, token, f"/data/{field}") + _other_type(seen, token, f"/data/{field}")
