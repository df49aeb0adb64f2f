@receiver
Feature: Contents of messages
  What the other side is free to write in one way or another has to be understood in each of them.

  Background:
    Given the partner is registered with the target

  Scenario Outline: An optional field that is null counts as left out
    Given a new object of the partner for <module>
    When the partner puts it with null for each optional field
    Then the target answers with success (TRN-070)
    And the target gives it back as it was sent (TRN-070)

    Examples:
      | module    |
      | locations |
      | tokens    |

  Scenario Outline: An optional list that is empty counts as left out
    Given a new object of the partner for <module>
    When the partner puts it with an empty list for each optional list
    Then the target answers with success (TRN-070)
    And the target gives it back as it was sent (TRN-070)

    Examples:
      | module    |
      | locations |

  # These versions say nothing of properties that they do not know, so to refuse them is a warning (R17).

  Scenario Outline: Properties that the table does not have are ignored
    Given a new object of the partner for <module>
    When the partner puts it with partner_remark = {"text": "not in the table"}
    Then the target answers with success (TRN-071)
    And the target gives it back as it was sent (TRN-071)

    Examples:
      | module    |
      | locations |
      | tokens    |

  # It may only be sent where the data cannot exist; whoever receives it cannot know that (R18).

  Scenario Outline: A required text that is not available is taken as #NA
    Given a new object of the partner for <module>
    When the partner puts it with <field> = "#NA"
    Then the target answers with success (TRN-124)

    Examples:
      | module    | field   |
      | locations | address |
      | tokens    | issuer  |
