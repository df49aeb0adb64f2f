Feature: DateTime
  Moments are in UTC, with or without Z, and every form that the specification lists is understood.

  Background:
    Given the partner is registered with the target

  @receiver
  Scenario Outline: A DateTime is taken in every form that is listed
    Given a new object of the partner for <module>
    When the partner puts it with a last_updated like <form>
    Then the target answers with success (TYP-014)
    And its last_updated comes back as the same moment (TYP-015)

    Examples:
      | case                     | module    | form                 |
      | location, Z              | locations | 2015-06-29T20:39:09Z |
      | location, no designator  | locations | 2015-06-29T20:39:09  |
      | token, Z                 | tokens    | 2015-06-29T20:39:09Z |
      | token, no designator     | tokens    | 2015-06-29T20:39:09  |

    @form:datetime.decimals=one_or_three
    Examples:
      | case                         | module    | form                     |
      | location, tenths, Z          | locations | 2015-06-29T20:39:09.1Z   |
      | location, tenths             | locations | 2015-06-29T20:39:09.1    |
      | location, milliseconds, Z    | locations | 2015-06-29T20:39:09.123Z |
      | location, milliseconds       | locations | 2015-06-29T20:39:09.123  |
      | token, tenths, Z             | tokens    | 2015-06-29T20:39:09.1Z   |
      | token, tenths                | tokens    | 2015-06-29T20:39:09.1    |
      | token, milliseconds, Z       | tokens    | 2015-06-29T20:39:09.123Z |
      | token, milliseconds          | tokens    | 2015-06-29T20:39:09.123  |

  @sender
  Scenario Outline: A filter by date is taken in every form that is listed
    When the partner requests the list of <module> with date_from=<form> and limit=1
    Then the target answers with success (TYP-014)

    Examples:
      | case                     | module    | form                 |
      | locations, Z             | locations | 2015-06-29T20:39:09Z |
      | locations, no designator | locations | 2015-06-29T20:39:09  |
      | tokens, Z                | tokens    | 2015-06-29T20:39:09Z |
      | tokens, no designator    | tokens    | 2015-06-29T20:39:09  |

    @form:datetime.decimals=one_or_three
    Examples:
      | case                         | module    | form                     |
      | locations, tenths, Z         | locations | 2015-06-29T20:39:09.1Z   |
      | locations, tenths            | locations | 2015-06-29T20:39:09.1    |
      | locations, milliseconds, Z   | locations | 2015-06-29T20:39:09.123Z |
      | locations, milliseconds      | locations | 2015-06-29T20:39:09.123  |
      | tokens, tenths, Z            | tokens    | 2015-06-29T20:39:09.1Z   |
      | tokens, tenths               | tokens    | 2015-06-29T20:39:09.1    |
      | tokens, milliseconds, Z      | tokens    | 2015-06-29T20:39:09.123Z |
      | tokens, milliseconds         | tokens    | 2015-06-29T20:39:09.123  |

  @sender
  Scenario Outline: Without a designator a DateTime is UTC
    Given the target lists at least 3 objects of <module>
    When the partner crawls what was updated between the moments of two of them
    Then without Z the same objects are listed (TYP-015)

    Examples:
      | module    |
      | locations |
      | tokens    |

  # Judged where the moment is known: a last_updated that is off by a whole time zone is local time.

  @sender
  Scenario Outline: The time of a change is in UTC
    When the target is made to create a <kind>
    Then the target pushes a new <kind> (<requirement>)
    And its last_updated is the time in UTC (TYP-016)

    Examples:
      | module    | kind     | requirement |
      | locations | location | LOC-016     |
      | tokens    | token    | TOK-001     |
