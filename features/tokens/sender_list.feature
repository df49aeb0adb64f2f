@sender @module:tokens
Feature: Tokens in the list of their owner
  How the eMSP keeps its list of Tokens: nothing moves without a reason.

  Background:
    Given the partner is registered with the target

  # No wording forbids it, but the maintainers say that it is not the intent (R31).
  Scenario: last_updated of a Token stays as it is while nothing changes
    Given the target lists at least 1 object of tokens
    When the partner requests the list of tokens
    Then what did not change has the last_updated that it had (TOK-097)
