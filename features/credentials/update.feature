@module:credentials
Feature: New credentials
  A PUT replaces what the two sides know of each other: token, endpoints, version.

  Background:
    Given the partner is registered with the target

  # Either side may do this, whoever has registered with whom (R25).
  Scenario: The partner renews its credentials
    When the partner puts its credentials
    Then the target answers with success (CRD-040, CRD-043)
    And the target fetches the versions and the version details of the partner (CRD-062)
    And the target still serves the partner (CRD-063)

  # During the exchange both tokens are good; afterwards the old one has some time to die (R24).
  Scenario: The former token is dead after an update
    When the partner puts its credentials
    Then the target answers with success (CRD-043)
    And the former token of the partner is refused (CRD-066)
    And the target still serves the partner (CRD-063)

  Scenario Outline: The former token is good after an update that has failed
    Given the target accepts new credentials of the partner
    And the partner deviates: <behaviour>
    When the partner puts its credentials
    Then the former token of the partner is still good (CRD-067)
    When the partner deviates no more
    And the partner puts its credentials
    Then the target answers with success (CRD-043)

    Examples:
      | case                   | behaviour                                        |
      | connections are closed | dropped_connection@versions.*                    |
      | no version list        | http_error=500@versions.both.get_versions        |
      | no version details     | http_error=500@versions.both.get_version_details |

  @sender
  Scenario Outline: New endpoints and the new token are used from then on
    Given the partner deviates: opaque_urls@versions.both.get_version_details
    When the partner puts its credentials
    Then the target answers with success (CRD-043)
    When the target is made to create a <object>
    Then the target pushes a new <object> (CRD-021)
    And it calls the endpoint that the partner gave last (CRD-021)
    And it uses the token in the partner's credentials (CRD-022)

    Examples:
      | module    | object   |
      | locations | location |
      | tokens    | token    |

  # Only a platform that needs endpoints can show this; the profile may name a module that it needs.
  Scenario: Version details without the endpoints that the target needs are refused
    Given the target accepts new credentials of the partner
    And the partner has none of the endpoints that the target needs
    When the partner puts its credentials
    Then the target misses the endpoints that it needs (CRD-035)
    And the former token of the partner is still good (CRD-067)
    When the partner deviates no more
    And the partner puts its credentials
    Then the target answers with success (CRD-043)

  Scenario: The target renews its credentials
    When the target is made to renew its credentials
    Then the target puts its credentials to the partner (CRD-041)
    And the target still serves the partner (CRD-060)

  Scenario: A PUT to the endpoint of another version switches to it
    Given the partner speaks a second version that the target speaks too
    When the partner puts its credentials to the endpoint of that version
    Then the target answers with success (CRD-061)
    And the target fetches the details of the second version (CRD-061)
    When the partner puts its credentials to the endpoint of the version under test
    Then the target answers with success (CRD-061)
    And the target fetches the versions and the version details of the partner (CRD-061)

  Scenario: The target switches to another version with a PUT to its endpoint
    Given the partner speaks a second version that the target speaks too
    When the target is made to switch to that version
    Then the target puts its credentials for that version (CRD-020)
