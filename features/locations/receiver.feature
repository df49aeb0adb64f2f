@receiver @module:locations
Feature: Locations at the Receiver
  Locations, EVSEs and Connectors as the eMSP stores them when the CPO pushes them, whole or in parts.

  Background:
    Given the partner is registered with the target

  Scenario Outline: What was pushed can be asked for at its own address
    Given the target stores a <kind> of the partner
    When the partner requests it
    Then the target answers with this <kind> (<requirement>)
    # A difference is called illogical, which is less than forbidden.
    And the target gives it back as it was sent (LOC-045)

    Examples:
      | kind      | requirement |
      | location  | LOC-042     |
      | evse      | LOC-043     |
      | connector | LOC-044     |

  Scenario Outline: A part that is not known yet is added by a PUT
    Given a new <kind> for what the target stores
    When the partner puts it
    Then the target answers with success (<add>)
    And the location has it (<add>)
    And everything else in the location is what it was (<add>)

    Examples:
      | kind      | add     |
      | evse      | LOC-055 |
      | connector | LOC-056 |

  Scenario Outline: A PUT replaces a part that is known
    Given the target stores a <kind> of the partner
    When the partner puts it without its optional fields
    Then the target answers with success (LOC-047)
    And the target gives it back without them (LOC-047, TRN-055)

    Examples:
      | kind      |
      | evse      |
      | connector |

  Scenario Outline: A PATCH changes the fields of a part and leaves the rest of the Location
    Given the target stores a <kind> of the partner
    And the target shows the location around it
    When the partner patches it
    Then the target answers with success (<patch>)
    And what was patched has the new values (<patch>)
    And everything else in the location is what it was (LOC-060)

    Examples:
      | kind      | patch   |
      | evse      | LOC-058 |
      | connector | LOC-059 |

  # The Receiver may take a time of its own, if that is later: it is the order that counts for those who pull.
  Scenario Outline: A PUT of a part gives its last_updated to what is around it
    Given the target stores a <kind> of the partner
    When the partner puts it with a change
    Then the <parent> around it has the new last_updated (<requirement>)

    Examples:
      | place                 | kind      | parent   | requirement |
      | connector-in-evse     | connector | evse     | LOC-048     |
      | connector-in-location | connector | location | LOC-049     |
      | evse-in-location      | evse      | location | LOC-050     |

  Scenario Outline: A PATCH of a part gives its last_updated to what is around it
    Given the target stores a <kind> of the partner
    When the partner patches it
    Then the <parent> around it has the new last_updated (<requirement>)

    Examples:
      | place                 | kind      | parent   | requirement |
      | connector-in-evse     | connector | evse     | LOC-066     |
      | connector-in-location | connector | location | LOC-067     |
      | evse-in-location      | evse      | location | LOC-068     |

  # Whether the Receiver still shows the EVSE afterwards is left to it.
  Scenario: An EVSE is taken out of use by a PATCH of its status
    Given the target stores an evse of the partner
    When the partner patches its status to REMOVED
    Then the target answers with success (LOC-058)

  Scenario Outline: A Location that is unusual but right is taken
    Given a new location of the partner with <what>
    When the partner puts it
    Then the target answers with success (<requirement>)
    And the target gives it back as it was sent (LOC-045)

    Examples:
      | what                                | requirement |
      | several EVSEs of several Connectors | LOC-002     |
      | several images of each category     | LOC-133     |
      | a status schedule without an end    | LOC-153     |

  # Earlier prints of this version have lower limits, which were declared a mistake (R19).
  Scenario: Texts of the lengths since the errata are taken
    Given a new location of the partner with an address of 255 and a state of 45 characters
    When the partner puts it
    Then the target answers with success (LOC-089)
