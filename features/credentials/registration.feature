@before-registration @module:credentials
Feature: Registration
  The partner registers with CREDENTIALS_TOKEN_A; everything after this builds on it.

  Background:
    Given the partner is not registered with the target yet

  # A token that is out of use may take some time to die (R24).
  Scenario: The partner registers with CREDENTIALS_TOKEN_A
    When the partner posts its credentials
    Then it uses the token in the partner's credentials (CRD-009)
    And the target answers with success (CRD-003, CRD-040)
    And the target fetches the versions and the version details of the partner (CRD-051)
    And the target still serves the partner (CRD-053)
    And CREDENTIALS_TOKEN_A is refused from then on (CRD-012)
    And the target had called back before it answered (CRD-052)
