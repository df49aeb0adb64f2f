@module:versions
Feature: Finding the endpoints of the other side
  What the target makes of the partner's version list and version details. It reads them when it gets new credentials.

  Background:
    Given the target accepts new credentials of the partner

  # These versions are silent on unknown values: a client that stumbles gets a warning (R17).
  Scenario: A version that the client does not know does not stand in its way
    Given the partner deviates: additional_version=9.9.9
    When the partner puts its credentials
    Then the target answers with success (VER-009)

  Scenario: The URL of the version details is the one in the list, whatever it looks like
    Given the partner deviates: opaque_urls@versions.both.get_versions
    When the partner puts its credentials
    Then the target answers with success (VER-014)
    And the target fetches the versions and the version details of the partner (VER-014)

  # SENDER is advised; what others send has to be disregarded (R26).
  Scenario Outline: The credentials endpoint is found under any role
    Given the partner deviates: credentials_role=<role>
    When the partner puts its credentials
    Then the target answers with success (VER-017)

    Examples:
      | role     |
      | RECEIVER |
      | BOTH     |

  Scenario Outline: The credentials endpoint is used under any role
    Given the partner deviates: credentials_role=<role>
    When the partner puts its credentials
    And the target is made to renew its credentials
    Then the target puts its credentials to the partner (VER-017)

    Examples:
      | role     |
      | RECEIVER |
      | BOTH     |

  @sender
  Scenario Outline: Of two endpoints of a module the one of the right interface is used
    Given the partner deviates: both_interfaces
    When the partner puts its credentials
    And the target is made to create a <object>
    Then the target pushes a new <object> (VER-015)

    Examples:
      | module    | object   |
      | locations | location |
      | tokens    | token    |
