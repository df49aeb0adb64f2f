@sender @module:tokens
Feature: Tokens that the Sender pushes
  What becomes of a change at the eMSP: it is pushed, and it shows in the list.

  Background:
    Given the partner is registered with the target

  # Push is advised: an eMSP that only lets Tokens be fetched gets a warning.
  Scenario: A new Token is pushed with PUT and can be fetched
    When the target is made to create a token
    Then the target pushes a new token (TOK-001, TOK-020)
    And it does so with PUT (TOK-001)
    And the list of the target has it so (TOK-056)

  Scenario: A Token that is withdrawn is pushed with valid false and stays in the list
    When the partner crawls the list of tokens
    And the target is made to invalidate a token
    Then the target pushes a token with valid false (TOK-002, TOK-003)
    And the last_updated of the token has moved (TOK-096)
    And the list of the target has it so (TOK-004, TOK-056)

  Scenario: What the partner stores is asked for at its address
    Given a token that the target lists
    When the target is made to check what the partner stores of the token
    Then the target asks for it at its address (TOK-021)
