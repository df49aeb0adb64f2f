@module:versions
Feature: Version list
  The starting point of every OCPI connection: which versions a platform offers, and where their details are.

  Background:
    Given the partner is registered with the target

  Scenario: The versions endpoint lists the versions that the target offers
    When the partner requests the versions of the target
    Then the target answers with success (VER-001)
    And the list names the version under test (VER-005)

  Scenario: Each version of the list leads to its details
    When the partner requests the versions of the target
    Then the URL of each version leads to the details of that version (VER-006)

  Scenario: The version details answer for the version under test
    When the partner requests the version details of the target
    Then the target answers with success (VER-010)
