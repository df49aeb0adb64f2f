@sender @module:locations
Feature: Locations at their owner
  What the CPO gives for the address of one Location, EVSE or Connector, and how much of a Location is in a list.

  Background:
    Given the partner is registered with the target

  Scenario Outline: An object is given for its own address
    Given a <kind> that the target lists
    When the partner requests it from its owner
    Then the target answers with this <kind> (<requirement>)
    And it is what the list said (<requirement>)

    Examples:
      | kind      | requirement |
      | location  | LOC-036     |
      | evse      | LOC-037     |
      | connector | LOC-038     |

  # A delta pull replaces what the Receiver knows, so a part of a Location would delete the rest (R33).
  Scenario: A Location is whole in a list by date, however little of it has changed
    Given a location that the target lists, with an evse that is older than itself
    When the partner requests it from its owner
    Then the list of what was updated since then has all of it (LOC-031)

  # No wording forbids it, but the maintainers say that it is not the intent (R31).
  Scenario: last_updated of a Location stays as it is while nothing changes
    Given the target lists at least 1 object of locations
    When the partner requests the list of locations
    Then what did not change has the last_updated that it had (LOC-087)
