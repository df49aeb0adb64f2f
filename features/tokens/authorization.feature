@sender @module:tokens
Feature: Real-time authorisation
  The CPO asks the eMSP whether a Token may charge, perhaps at a given place. Which Tokens of the target come to which
  verdict only the target knows: they are named under [subjects] in the profile.

  Background:
    Given the partner is registered with the target

  Scenario Outline: Authorisation is offered unless each Token is always on the whitelist
    Given a token that the target lists <whitelist>
    When the partner asks whether it may charge
    Then the target gives a verdict or asks for the location (<requirement>)

    Examples:
      | whitelist                          | requirement |
      | with another whitelist than ALWAYS | TOK-007     |
      | with whitelist ALLOWED             | TOK-118     |

  Scenario: A request without a body is served
    Given a token that the target lists
    When the partner asks whether it may charge
    Then the target gives a verdict or asks for the location (TOK-066)

  Scenario: A request with a place is judged for that place
    Given a token that the target lists
    When the partner asks whether it may charge at a location
    Then the target gives a verdict (TOK-068)

  Scenario: A Token that may charge is allowed
    Given the allowed token of the target
    When the partner asks whether it may charge at a location
    Then the target says ALLOWED (TOK-100)

  # The answer itself is a success: it says something of a Token that is known (R54).
  Scenario Outline: A Token that may not charge is answered with the reason
    Given the <which> of the target
    When the partner asks whether it may charge at a location
    Then the target answers with success (TOK-070)
    And the target says <verdict> (<requirement>)

    Examples:
      | which             | verdict     | requirement |
      | blocked token     | BLOCKED     | TOK-101     |
      | expired token     | EXPIRED     | TOK-102     |
      | no credit token   | NO_CREDIT   | TOK-103     |
      | not allowed token | NOT_ALLOWED | TOK-104     |

  Scenario: Without a place, a Token that needs one is answered with 2002
    Given the token needing location of the target
    When the partner asks whether it may charge
    Then the target answers with OCPI status 2002 (TOK-065, STA-032)
    When the partner asks whether it may charge at a location
    Then the target gives a verdict (TOK-068)

  # HTTP 404 and status 2004 are both demanded; each of them passes, and so do both together (R53).
  Scenario: A Token that is not known is said to be unknown
    Given a token that the target does not know
    When the partner asks whether it may charge at a location
    Then the target says that it does not know it (TOK-063, STA-034)
    Given a token that the target lists
    When the partner asks whether it may charge at a location
    Then the target gives a verdict (TOK-068)

  Scenario: Without a type the RFID Token is meant
    Given a token that the target lists with type RFID
    When the partner asks whether it may charge, without its type
    Then the target gives a verdict or asks for the location (TOK-062)

  @form:token.identity=uid_and_type
  Scenario: Without a type a Token of another type is not meant
    Given the app user token of the target
    When the partner asks whether it may charge, without its type
    Then the target says that it does not know it (TOK-062)
    When the partner asks whether it may charge at a location
    Then the target gives a verdict (TOK-068)

  Scenario: Of a Location without named EVSEs only its own EVSEs are returned
    Given a token that the target lets charge
    When the partner asks whether it may charge at a location without naming an evse
    Then the target gives a verdict (TOK-068)
    And the target names only EVSEs of that location (TOK-106)

  # The field is in the table, although it should not be used (R42).
  Scenario: Connectors in the place are taken
    Given a token that the target lists
    When the partner asks whether it may charge at a location and its connectors
    Then the target gives a verdict (TOK-108)

  Scenario: Opening hours and the status of the EVSE do not count
    Given a token that the target lets charge
    When the partner asks whether it may charge at a location that is closed and out of order
    Then the target says ALLOWED (TOK-012)

  # Expected in most cases, so anything else is a warning.
  Scenario: At a location that is not published charging is allowed
    Given a token that the target lets charge
    When the partner asks whether it may charge at a location that is not published
    Then the target says ALLOWED (TOK-011)
