@receiver @module:tokens
Feature: Tokens at the Receiver
  Tokens as the CPO stores them: a uid and a type together say which Token is meant.

  Background:
    Given the partner is registered with the target

  Scenario: A Token that was put without a type is an RFID Token
    Given the target stores a token of type RFID
    When the partner requests it with its type
    Then the target answers with this token (TOK-026)

  @form:token.identity=uid_and_type
  Scenario: A Token of another type is not found without its type
    Given the target stores a token of type APP_USER
    When the partner requests it without its type
    Then the target does not answer with this token (TOK-026)
    And the target gives it back as it was sent (TOK-028)

  Scenario Outline: Tokens of one uid and different types are kept apart
    Given the target stores a token of type RFID
    And the target stores a token of type <type> with the same uid
    When the partner patches it
    Then the target gives it back as it was sent (TOK-089)
    And the target gives the token of type <type> back as it was sent (TOK-089)

    Examples:
      | type        |
      | AD_HOC_USER |
      | APP_USER    |
      | OTHER       |
