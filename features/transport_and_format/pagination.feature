@sender
Feature: Pagination
  Lists come in pages; whoever fetches page after page gets every object once.

  Background:
    Given the partner is registered with the target

  # A server may have nothing to show: then there is no page to look at, and that is no failure.

  Scenario Outline: The list can be fetched at any time
    When the partner requests the list of <module> with offset=0 and limit=10
    Then the target answers with success (<requirements>)

    Examples:
      | module    | requirements     |
      | locations | TRN-015          |
      | tokens    | TRN-015, TOK-040 |

  Scenario Outline: A list needs no parameters
    When the partner requests the list of <module>
    Then the target answers with success (<requirements>)

    Examples:
      | module    | requirements     |
      | locations | TRN-035, LOC-019 |
      | tokens    | TRN-035          |

  Scenario Outline: A list comes in pages
    Given the target lists at least 2 objects of <module>
    When the partner requests the list of <module> with limit=1
    Then the list comes in pages (<requirements>)

    Examples:
      | module    | requirements     |
      | locations | TRN-026          |
      | tokens    | TRN-026, TOK-053 |

  Scenario Outline: Page after page the whole list is fetched
    When the partner crawls the list of <module>
    Then the list is whole, each object once (TRN-027)
    And X-Total-Count is the number of objects, whatever offset and limit are (TRN-049)

    Examples:
      | module    |
      | locations |
      | tokens    |

  Scenario Outline: Pages join without gap or overlap
    When the partner crawls 3 pages of the list of <module> with limit 2
    Then the pages join without gap or overlap (TRN-037)

    Examples:
      | module    |
      | locations |
      | tokens    |

  Scenario Outline: The answer begins at the offset
    Given the target lists at least 3 objects of <module>
    When the partner requests the list of <module> with offset=2 and limit=1
    Then the answer begins with object 2 of the list (<requirements>)

    Examples:
      | module    | requirements     |
      | locations | TRN-032, LOC-027 |
      | tokens    | TRN-032, TOK-053 |

  Scenario Outline: Without an offset the answer begins with the first object
    Given the target lists at least 2 objects of <module>
    When the partner requests the list of <module> with offset=0
    Then the answer begins with object 0 of the list (<requirements>)

    Examples:
      | module    | requirements     |
      | locations | TRN-033, LOC-027 |
      | tokens    | TRN-033, TOK-053 |

  Scenario Outline: Each parameter of a list can be left out
    When the partner requests the list of <module> with <query>
    Then the target answers with success (<requirements>)

    Examples:
      | case                     | module    | query                                                         | requirements     |
      | locations by offset      | locations | offset=1                                                      | TRN-035, LOC-019 |
      | locations by limit       | locations | limit=3                                                       | TRN-035, LOC-019 |
      | locations by date_from   | locations | date_from=2016-01-01T00:00:00Z                                | TRN-035, LOC-019 |
      | locations by date_to     | locations | date_to=2035-01-01T00:00:00Z                                  | TRN-035, LOC-019 |
      | locations by both dates  | locations | date_from=2016-01-01T00:00:00Z and date_to=2035-01-01T00:00:00Z | TRN-035, LOC-019 |
      | locations by date, paged | locations | date_from=2016-01-01T00:00:00Z and offset=1 and limit=2       | TRN-035, LOC-019 |
      | tokens by offset         | tokens    | offset=1                                                      | TRN-035          |
      | tokens by limit          | tokens    | limit=3                                                       | TRN-035          |
      | tokens by date_from      | tokens    | date_from=2016-01-01T00:00:00Z                                | TRN-035          |
      | tokens by date_to        | tokens    | date_to=2035-01-01T00:00:00Z                                  | TRN-035          |
      | tokens by both dates     | tokens    | date_from=2016-01-01T00:00:00Z and date_to=2035-01-01T00:00:00Z | TRN-035          |
      | tokens by date, paged    | tokens    | date_from=2016-01-01T00:00:00Z and offset=1 and limit=2       | TRN-035          |

  # An order that is unstable without a change of data fails; a shift that changed data cause is not judged (R20).

  Scenario Outline: The same URL gives the same objects in the same sequence
    When the partner crawls 3 pages of the list of <module>
    And the partner requests the same URLs once more
    Then the same URLs give the same objects (TRN-038)
    And the same URLs give them in the same sequence (TRN-039)

    Examples:
      | module    |
      | locations |
      | tokens    |

  Scenario Outline: X-Limit is the maximum also on a page that holds fewer objects
    Given the target lists at least 2 objects of <module>
    When the partner requests the last object of the list
    Then X-Limit shows the most that the target can return (TRN-051)

    Examples:
      | module    |
      | locations |
      | tokens    |

  Scenario Outline: A page that was cut by the maximum of the target says so
    Given the target lists at least 2 objects of <module>
    When the partner requests more objects than the target gives at once
    Then X-Limit and the limit in the link show the maximum of the target (TRN-053)

    Examples:
      | module    |
      | locations |
      | tokens    |
