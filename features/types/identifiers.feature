@receiver
Feature: Identifiers
  Where an identifier is a CiString, upper and lower case are the same; where it is a string, they are not.

  Background:
    Given the partner is registered with the target

  @form:object.id=CiString
  Scenario Outline: An object is found by its identifiers in any case of letters
    Given a new object of the partner for <module>, with letters of both cases in its id
    When the partner puts it
    And the partner requests it with its <identifier> in another case of letters
    Then the target finds it (TYP-002)

    Examples:
      | case              | module    | identifier |
      | id of a location  | locations | id         |
      | id of a token     | tokens    | id         |
      | owner, location   | locations | owner      |
      | owner, token      | tokens    | owner      |

  @form:object.id=CiString
  Scenario Outline: An identifier comes back as it was spelt
    Given a new object of the partner for <module>, with letters of both cases in its id
    When the partner puts it
    Then its id comes back in the spelling it was sent in (TYP-003)

    Examples:
      | module    |
      | locations |
      | tokens    |

  @form:object.id=string
  Scenario Outline: Objects whose ids differ in the case of letters are different objects
    Given a new object of the partner for <module>, with letters of both cases in its id
    When the partner puts it
    And the partner puts another one whose id differs in the case of letters only
    Then the target keeps the two apart (TYP-063)

    Examples:
      | module    |
      | locations |
      | tokens    |
