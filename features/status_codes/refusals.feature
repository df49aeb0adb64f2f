@receiver
Feature: Refusals
  What is wrong with a message decides how it is refused: HTTP errors for what is no message at all, OCPI status codes
  for what is in it.

  Background:
    Given the partner is registered with the target

  Scenario Outline: A message that is not JSON is answered with HTTP 400
    Given a new object of the partner for <module>
    When the partner puts it with malformed JSON
    Then the target answers HTTP 400 (STA-001)
    And the target does not claim success (STA-014)
    And the target takes it as it should be (TRN-084)

    Examples:
      | module    |
      | locations |
      | tokens    |

  Scenario Outline: An object without a required field is refused as an error of the client
    Given a new object of the partner for <module>
    When the partner puts it without the field <field>
    Then the target does not claim success (STA-014)
    And the target answers with a client error of OCPI (STA-015)
    And the target answers with OCPI status 2001 (STA-030)
    And the target takes it as it should be (TRN-084)

    Examples:
      | case                         | module    | field        |
      | a location without city      | locations | city         |
      | a location without its time  | locations | last_updated |
      | a token without issuer       | tokens    | issuer       |
      | a token without its validity | tokens    | valid        |

  @form:patch.last_updated=required
  Scenario Outline: A PATCH without last_updated is refused
    Given the target stores an object of the partner for <module>
    When the partner patches it without last_updated
    Then the target does not claim success (STA-031, <refuse>)
    And the target answers with OCPI status 2001 (STA-030, <code>)
    And the target takes it as it should be (<replace>)

    Examples:
      | module    | refuse  | code    | replace |
      | locations | LOC-064 | LOC-065 | LOC-047 |
      | tokens    | TOK-038 | TOK-039 | TOK-032 |
