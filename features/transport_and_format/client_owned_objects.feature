@receiver
Feature: Client owned objects
  The client owns what it pushes; the server keeps a copy and gives it back on request.

  Background:
    Given the partner is registered with the target

  Scenario Outline: A new object is created by a PUT and can be read back
    Given a new object of the partner for <module>
    When the partner puts it
    Then the target answers with success (TRN-084, <create>)
    And the target answers HTTP 201 (STA-006)
    And the target gives it back as it was sent (<back>)

    Examples:
      | module    | create  | back    |
      | locations | LOC-046 | LOC-042 |
      | tokens    | TOK-031 | TOK-028 |

  Scenario Outline: An object is taken with every optional field, and with none
    Given a new object of the partner for <module>, with <extent> optional field
    When the partner puts it
    Then the target answers with success (TRN-084, <create>)
    And the target gives it back as it was sent (<back>)

    Examples:
      | case                  | module    | extent | create  | back    |
      | location, every field | locations | every  | LOC-046 | LOC-045 |
      | location, no field    | locations | no     | LOC-046 | LOC-045 |
      | token, every field    | tokens    | every  | TOK-031 | TOK-028 |
      | token, no field       | tokens    | no     | TOK-031 | TOK-028 |

  Scenario Outline: A known object is replaced by a PUT
    Given the target stores an object of the partner for <module>
    When the partner puts it with a change
    Then the target answers with success (<replace>)
    And the target answers HTTP 200 (STA-005)
    And the target gives it back as it was sent (<replace>)

    Examples:
      | module    | replace |
      | locations | LOC-047 |
      | tokens    | TOK-032 |

  Scenario Outline: Optional fields that a PUT leaves out are gone
    Given the target stores an object of the partner for <module>
    When the partner puts it without its optional fields
    Then the target answers with success (<replace>)
    And the target gives it back without them (TRN-055, <replace>)

    Examples:
      | module    | replace |
      | locations | LOC-047 |
      | tokens    | TOK-032 |

  Scenario Outline: A PATCH changes its fields and leaves the others
    Given the target stores an object of the partner for <module>
    When the partner patches it
    Then the target answers with success (<patch>)
    And the target gives it back as it was sent (TRN-057, <rest>)

    Examples:
      | module    | patch   | rest    |
      | locations | LOC-057 | LOC-060 |
      | tokens    | TOK-036 | TOK-036 |

  # A target that takes the owner from the token alone, whatever the URL says, keeps nothing of another owner either (R13).

  Scenario Outline: Nothing is stored for a party that is not in the credentials
    Given a new object of the partner for <module>
    When the partner puts it for a party that is not in its credentials
    Then it is not stored as an object of that party (TRN-085)
    And the target takes it as it should be (TRN-084)

    Examples:
      | module    |
      | locations |
      | tokens    |

  Scenario Outline: The id in the URL has to be that of the object
    Given a new object of the partner for <module>
    When the partner puts it under another id than its own
    Then the target answers with OCPI status 2001 (TRN-087)
    And the target takes it as it should be (TRN-084)

    Examples:
      | module    |
      | locations |
      | tokens    |

  @form:credentials.parties=several
  Scenario Outline: Objects of two parties with the same id are kept apart
    Given the target stores an object of the partner for <module>
    And a second party has its home on the partner's platform
    When the partner puts its credentials
    And the partner puts an object of the same id for its second party
    Then the target keeps the two apart (TRN-082)

    Examples:
      | module    |
      | locations |
      | tokens    |

  @ends-registration
  Scenario Outline: Objects of two platforms with the same id are kept apart
    Given the target stores an object of the partner for <module>
    And the target expects the partner under a new CREDENTIALS_TOKEN_A
    When a second platform registers as another party
    Then the two platforms have different tokens (TRN-011)
    And the second platform gets at nothing of the first (TRN-085)
    When the second platform puts an object of the same id
    Then the target keeps the two apart (TRN-082)
    When the second platform unregisters
    Then the target answers with success (CRD-040)

    Examples:
      | module    |
      | locations |
      | tokens    |
