@receiver @module:locations
Feature: Locations that the Receiver fetches
  The eMSP gets the list of Locations from the CPO, to its last page, and what it gets there is the truth from then on.

  Background:
    Given the partner is registered with the target

  # Who can be pushed to need not fetch; for all others it is the only way.
  Scenario: The list of Locations is fetched to its last page
    When the target is made to fetch the list of locations
    Then the target fetches the whole list of locations (LOC-004, LOC-017)

  Scenario: A single Location is asked for by its id
    Given the partner lists a new location
    When the target is made to fetch the location
    Then the target asks for it at its address (LOC-035)

  Scenario: A change that was not pushed arrives with the list
    Given the target stores a location of the partner
    And the partner lists it with a change
    When the target fetches the list of locations
    Then the target gives it back as the partner lists it (LOC-033)

  Scenario: What a fetched Location does not have is no longer valid
    Given the target stores a location of the partner
    And the partner lists it without its optional fields
    When the target fetches the list of locations
    Then the target gives it back without what the partner has left out (LOC-032)

  # A Receiver may keep the Location for what refers to it, but then none of its EVSEs is in use.
  Scenario: A Location that is on none of the pages is no longer valid
    Given the target stores a location of the partner
    When the target fetches the list of locations
    Then it is no longer valid at the target (LOC-033)
