@sender @module:locations
Feature: Locations that the Sender pushes
  What becomes of a change at the CPO: it is pushed, it shows on the Sender interface, and it moves the times around it.

  Background:
    Given the partner is registered with the target

  Scenario: A new Location is pushed with PUT and can be fetched
    When the target is made to create a location
    Then the target pushes a new location (LOC-016)
    And it does so with PUT (LOC-003)
    And its owner gives it so (LOC-036)
    And the list of the target has it so (LOC-034)

  Scenario: A change of a Location is pushed and can be fetched
    Given a location that the target lists
    When the target is made to change the location
    Then the target pushes the change (LOC-016)
    And its owner gives it so (LOC-036)

  Scenario: A new status of an EVSE is pushed, and moves the time of its Location
    Given an evse that the target lists
    When the target is made to change the status of the evse
    Then the target pushes the new status (LOC-154)
    And its owner gives it so (LOC-037)
    And the last_updated of the location has moved (LOC-024)
    And the list of what was updated since then has all of it (LOC-031)

  Scenario: A change of a Connector is pushed, and moves the times of its EVSE and Location
    Given a connector that the target lists
    When the target is made to change the connector
    Then the target pushes the change (LOC-016)
    And its owner gives it so (LOC-038)
    And the last_updated of the evse has moved (LOC-025)
    And the last_updated of the location has moved (LOC-026)

  # That an EVSE merely vanishes is a matter of its own; here the tester has had it removed (R34).
  Scenario: An EVSE that is removed gets the status REMOVED and stays
    When the partner crawls the list of locations
    And the target is made to remove an evse
    Then the target pushes the status REMOVED (LOC-009)
    And its owner gives it so (LOC-008)

  Scenario: What the partner stores is asked for at its address
    Given a location that the target lists
    When the target is made to check what the partner stores of the location
    Then the target asks for it at its address (LOC-039)
