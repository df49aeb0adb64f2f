@sender
Feature: What the target pushes
  A push is sent once. When it fails, the target looks at what the other side has, and does not repeat itself later.

  Background:
    Given the partner is registered with the target

  Scenario Outline: A PATCH holds only what has changed
    Given a <kind> that the target lists
    When the partner crawls the list of <module>
    And the target is made to <change>
    Then the target pushes <pushed> (<requirement>)
    And the PATCH holds only what has changed (TRN-056)

    Examples:
      | module    | kind     | change              | pushed                   | requirement |
      | locations | location | change the location | the change               | LOC-016     |
      | tokens    | token    | invalidate a token  | a token with valid false | TOK-003     |

  # The object is not there, so the PATCH fails. To put it at once, without a look, is accepted for the second step.

  Scenario Outline: After a PATCH that failed the target looks at the object, and puts it if it is not there
    Given a <kind> that the target lists
    And the partner has forgotten what was pushed to it
    When the target is made to <change>
    Then the target pushes <pushed> (<requirement>)
    And the target looks at what the partner has (TRN-058)
    And the target puts it as a whole (TRN-059)

    Examples:
      | module    | kind     | change              | pushed                   | requirement |
      | locations | location | change the location | the change               | LOC-016     |
      | tokens    | token    | invalidate a token  | a token with valid false | TOK-003     |

  Scenario Outline: Whatever is in the data of an answer to a push does no harm
    Given the partner deviates: answer_data=<data>@<module>.receiver.put_<kind>
    When the target is made to create a <kind>
    Then the target pushes a new <kind> (<requirement>)
    When the target is made to create a <kind>
    Then the target pushes a new <kind> (TRN-067)

    Examples:
      | case                     | module    | kind     | data              | requirement |
      | null for a location      | locations | location | null              | LOC-016     |
      | a text for a location    | locations | location | "stored"          | LOC-016     |
      | an object for a location | locations | location | {"id": "LOC-1"}   | LOC-016     |
      | a list for a location    | locations | location | [1, 2]            | LOC-016     |
      | null for a token         | tokens    | token    | null              | TOK-001     |
      | a text for a token       | tokens    | token    | "stored"          | TOK-001     |
      | an object for a token    | tokens    | token    | {"uid": "012345"} | TOK-001     |
      | a list for a token       | tokens    | token    | [1, 2]            | TOK-001     |

  Scenario Outline: Whatever is in the data of a refusal does no harm
    Given the partner deviates: ocpi_error=2000@<module>.receiver.put_<kind>#1
    And the partner deviates: answer_data=<data>@<module>.receiver.put_<kind>#1
    When the target is made to create a <kind>
    Then the target pushes a new <kind> (<requirement>)
    When the target is made to create a <kind>
    Then the target pushes a new <kind> (STA-018)

    Examples:
      | case                  | module    | kind     | data      | requirement |
      | null for a location   | locations | location | null      | LOC-016     |
      | a text for a location | locations | location | "refused" | LOC-016     |
      | null for a token      | tokens    | token    | null      | TOK-001     |
      | a text for a token    | tokens    | token    | "refused" | TOK-001     |

  Scenario Outline: A push that failed is not repeated later
    Given the partner deviates: http_error=503@<module>.receiver.put_<kind>#1
    When the target is made to create a <kind>
    Then the target pushes a new <kind> (<requirement>)
    When the target is made to create a <kind>
    Then the target pushes a new <kind> (<requirement>)
    And what has failed is not sent again (TRN-136)

    Examples:
      | module    | kind     | requirement |
      | locations | location | LOC-016     |
      | tokens    | token    | TOK-001     |

  # That the oldest come first is called best practice: new objects are then on the last page (R20).

  Scenario Outline: A new object is the last in the list
    When the partner crawls the list of <module>
    And the target is made to create a <kind>
    Then the target pushes a new <kind> (<requirement>)
    And it stands behind all others in the list (TRN-040)

    Examples:
      | module    | kind     | requirement |
      | locations | location | LOC-016     |
      | tokens    | token    | TOK-001     |

  Scenario Outline: An object that changes keeps its place in the list
    Given a <kind> that the target lists
    When the partner crawls the list of <module>
    And the target is made to <change>
    Then the target pushes <pushed> (<requirement>)
    And it has kept its place in the list (TRN-040)

    Examples:
      | module    | kind     | change              | pushed                   | requirement |
      | locations | location | change the location | the change               | LOC-016     |
      | tokens    | token    | invalidate a token  | a token with valid false | TOK-003     |

  Scenario Outline: An object that is created while pages are fetched is counted
    When the partner begins to crawl the list of <module>
    And the target is made to create a <kind>
    Then the target pushes a new <kind> (<requirement>)
    And the next page counts one more (TRN-041)

    Examples:
      | module    | kind     | requirement |
      | locations | location | LOC-016     |
      | tokens    | token    | TOK-001     |

  Scenario Outline: An object that falls out of the filter while pages are fetched is not counted
    Given a <kind> that the target lists
    When the partner begins to crawl the list of <module>
    And the target is made to <change>
    Then the target pushes <pushed> (<requirement>)
    And the next page by date counts one less (TRN-041)

    Examples:
      | module    | kind     | change              | pushed                   | requirement |
      | locations | location | change the location | the change               | LOC-016     |
      | tokens    | token    | invalidate a token  | a token with valid false | TOK-003     |
