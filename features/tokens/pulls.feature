@receiver @module:tokens
Feature: Tokens that the Receiver fetches
  The CPO gets the list of Tokens from the eMSP to be in step with it.

  Background:
    Given the partner is registered with the target

  Scenario: A Token that was not known is added
    Given the partner lists a new token
    When the target fetches the list of tokens
    Then the target gives it back as the partner lists it (TOK-005)

  Scenario: A Token that was known is updated
    Given the target stores a token of the partner
    And the partner lists it with a change
    When the target fetches the list of tokens
    Then the target gives it back as the partner lists it (TOK-005)

  Scenario: What a fetched Token does not have is no longer valid
    Given the target stores a token of the partner
    And the partner lists it without its optional fields
    When the target fetches the list of tokens
    Then the target gives it back without what the partner has left out (TOK-057)
