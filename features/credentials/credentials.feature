@module:credentials
Feature: Credentials of the target
  What the target says of itself, and that a registration is there once.

  Background:
    Given the partner is registered with the target

  # The token that is shown may be masked: a warning, by a rule (R23).
  Scenario: The credentials of the target can be fetched
    When the partner requests the credentials of the target
    Then the target answers with success (CRD-040)
    And the url in the credentials leads to the versions of the target (CRD-082)

  Scenario: Who is registered cannot register again
    When the partner posts its credentials
    Then the target answers HTTP 405 (CRD-055)
    When the partner requests the credentials of the target
    Then the target answers with success (CRD-040)
