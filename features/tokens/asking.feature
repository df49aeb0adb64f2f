@receiver @module:tokens
Feature: Authorisation asked for by the Receiver
  A driver presents a Token of the eMSP at a charge point of the CPO. Its whitelist says whether the CPO asks the eMSP.
  What the CPO does with the answer shows in Sessions.

  Background:
    Given the partner is registered with the target

  Scenario: Each use of a Token with whitelist NEVER is asked about, by its uid
    Given a token of the partner with whitelist NEVER
    When a driver presents it at the target
    Then the target asks the partner whether it may charge (TOK-121)
    And it is asked about by its uid (TOK-091)
    And the question names only EVSEs that its location has (TOK-106)
    When a driver presents it at the target
    Then the target asks the partner whether it may charge (TOK-121)
    And the list was not fetched for each of them (TOK-006)

  Scenario: A Token with whitelist ALLOWED_OFFLINE is asked about
    Given a token of the partner with whitelist ALLOWED_OFFLINE
    When a driver presents it at the target
    Then the target asks the partner whether it may charge (TOK-119)

  Scenario: A Token that is not valid is asked about all the same
    Given a token of the partner with whitelist NEVER that is not valid
    When a driver presents it at the target
    Then the target asks the partner whether it may charge (TOK-115)

  Scenario: A Token that came by neither push nor pull is asked about
    Given a token of the partner that the target has never seen
    When a driver presents it at the target
    Then the target asks the partner whether it may charge (TOK-009)
    And it is asked about by its uid (TOK-091)

  Scenario: A Token with whitelist ALWAYS is not asked about
    Given a token of the partner with whitelist ALWAYS
    When a driver presents it at the target
    Then the target does not ask about it, but about the next one with whitelist NEVER (TOK-116)

  # With ALLOWED_OFFLINE a CPO may take the eMSP to be offline for a while.
  Scenario: After a question without an answer the next use is asked about again
    Given a token of the partner with whitelist NEVER
    And the partner deviates: dropped_connection@tokens.sender.authorize#1
    When a driver presents it at the target
    Then the target asks the partner whether it may charge (TOK-121)
    When a driver presents it at the target
    Then the target asks the partner whether it may charge (TOK-121)
