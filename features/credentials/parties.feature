@module:credentials
Feature: Parties
  A platform tells in its credentials which parties it speaks for.

  Background:
    Given the partner is registered with the target

  Scenario: A role may occur more than once, each with a party of its own
    Given a second party has its home on the partner's platform
    When the partner puts its credentials
    Then the target answers with success (CRD-087)

  # Tokens are between platforms: a party needs none of its own (R27).
  @receiver
  Scenario Outline: One registration covers every party of a platform
    Given a second party has its home on the partner's platform
    When the partner puts its credentials
    And the partner puts an object of its second party for <module>
    Then the target answers with success (CRD-088)
    And the target gives it back as it was sent (CRD-088)

    Examples:
      | module    |
      | locations |
      | tokens    |

  @receiver
  Scenario Outline: Identifiers of other operators and countries are accepted from a party
    Given a new object of the partner for <module>, with identifiers of another operator
    When the partner puts it
    Then the target answers with success (CRD-092)
    And the target gives it back as it was sent (CRD-092)

    Examples:
      | module    |
      | locations |
      | tokens    |

  # A second registration as such is a warning, a takeover of what is stored a failure (R28).
  @receiver @ends-registration
  Scenario Outline: A party belongs to one platform
    Given the target stores an object of the partner for <module>
    And the target expects the partner under a new CREDENTIALS_TOKEN_A
    When a second platform registers as the party of the partner
    Then the second platform is not registered as well (CRD-090)
    And the second platform gets no hold of what the first has stored (CRD-091)

    Examples:
      | module    |
      | locations |
      | tokens    |
