@receiver
Feature: Client owned objects
  The client owns what it pushes; the server keeps a copy and gives it back on request.

  Background:
    Given the partner is registered with the target

  Scenario Outline: A new object is created by a PUT and can be read back
    Given a new object of the partner for <module>
    When the partner puts it
    Then the target answers with success (TRN-084, STA-008, <create>)
    And the target answers HTTP 201 (STA-006)
    And the target gives it back as it was sent (<back>)

    Examples:
      | module    | create  | back    |
      | locations | LOC-046 | LOC-042 |
      | tokens    | TOK-031 | TOK-028 |

  Scenario Outline: A PATCH changes its fields and leaves the others
    Given the target stores an object of the partner for <module>
    When the partner patches it
    Then the target answers with success (<patch>)
    And the target gives it back as it was sent (TRN-057, <rest>)

    Examples:
      | module    | patch   | rest    |
      | locations | LOC-057 | LOC-060 |
      | tokens    | TOK-036 | TOK-036 |
