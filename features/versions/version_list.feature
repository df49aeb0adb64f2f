Feature: Version list
  The starting point of every OCPI connection: which versions a platform offers, and where their details are.

  Background:
    Given the partner is registered with the target

  Scenario: The versions endpoint answers with the list of versions
    When the partner requests the versions of the target
    Then the target answers with success (VER-001)
