@sender
Feature: Message routing
  A platform may be home to several parties; the routing headers say which of them is meant.

  Background:
    Given the partner is registered with the target

  Scenario Outline: A list holds the objects of the party that is addressed
    When the partner requests the list of <module> from each party of the target
    Then each list has the objects of its own party (TRN-101)

    Examples:
      | module    |
      | locations |
      | tokens    |
