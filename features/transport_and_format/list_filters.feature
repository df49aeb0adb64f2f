@sender
Feature: List filters
  date_from and date_to select objects by their last_updated; two intervals that meet neither overlap nor leave a gap.

  Background:
    Given the partner is registered with the target

  # Objects that should not be in a filtered list are found by rules, on every page of every scenario. Here we look for
  # those that should be in it. 2.1.1 leaves the edges open: both are accepted there (R43).

  Scenario Outline: date_from is inclusive
    Given the target lists at least 3 objects of <module>
    When the partner crawls what was updated from the moment of one of them on
    Then the objects updated at that moment are in the list (TRN-029, <edge>)
    And the objects updated in between are in the list (TRN-027, <rest>)

    Examples:
      | module    | edge    | rest    |
      | locations | LOC-021 | LOC-023 |
      | tokens    | TOK-051 | TOK-040 |

  @TRN-031
  Scenario Outline: date_to is exclusive
    Given the target lists at least 3 objects of <module>
    When the partner crawls what was updated before the moment of one of them
    Then the objects updated in between are in the list (TRN-027, <rest>)

    Examples:
      | module    | rest    |
      | locations | LOC-023 |
      | tokens    | TOK-040 |

  @TRN-046
  Scenario Outline: Both dates bound the list on all its pages
    Given the target lists at least 3 objects of <module>
    When the partner crawls what was updated between the moments of two of them
    Then the objects updated in between are in the list (TRN-027, <rest>)

    Examples:
      | module    | rest    |
      | locations | LOC-023 |
      | tokens    | TOK-040 |

  Scenario Outline: A filter that nothing fits gives an empty list
    When the partner requests the list of <module> with date_from=2035-01-01T00:00:00Z
    Then the list is empty, and counted as empty (TRN-049)

    Examples:
      | module    |
      | locations |
      | tokens    |
