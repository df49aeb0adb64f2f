@ends-registration @module:credentials
Feature: Registration by the target
  The module is symmetric: the target registers with the partner, too, when it is made to.

  Background:
    Given the partner is not registered with the target any more

  Scenario: The target registers with the partner, and both sides can go on
    When the target is made to register with the partner
    Then the target posts its credentials to the partner (CRD-041)
    And it had fetched the versions and the version details with CREDENTIALS_TOKEN_A before (CRD-006)
    And it served its own versions and version details meanwhile (CRD-010)
    When the partner puts its credentials
    Then the target answers with success (CRD-043)

  Scenario: The target registers for the latest version that both sides have
    Given the partner speaks older versions too
    When the target is made to register with the partner for a version of its own choice
    Then the target posts them for the version under test (CRD-007)
    And the target posts its credentials to the partner (CRD-041)

  # Only a platform that needs endpoints can show this; the profile may name a module that it needs.
  Scenario: The target does not register where it misses the endpoints it needs
    Given the partner has none of the endpoints that the target needs
    When the target is made to register with the partner
    Then the target posts no credentials (CRD-033)

  Scenario: A partner without the endpoints that the target needs is not registered
    Given the target expects the partner under a new CREDENTIALS_TOKEN_A
    And the partner has none of the endpoints that the target needs
    When the partner posts its credentials
    Then the target misses the endpoints that it needs (CRD-035)
