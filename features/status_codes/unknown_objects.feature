Feature: Objects that do not exist
  A request for an object that is not there fails, in a way that tells the client so.

  Background:
    Given the partner is registered with the target

  @receiver
  Scenario Outline: An object that was never pushed is not found
    Given a new object of the partner for <module>
    When the partner requests it, which the target does not know
    Then the target answers HTTP 404 (STA-003)
    And the target answers neither with success nor with a fault of its own (STA-004)
    And the target takes it as it should be (TRN-084)

    Examples:
      | module    |
      | locations |
      | tokens    |

  # 404 and any 2xxx tell the client that it has to send the whole object; only success does not (R06).

  @receiver
  Scenario Outline: A PATCH of an object that was never pushed fails
    Given a new object of the partner for <module>
    When the partner patches it, which the target does not know
    Then the target does not claim success (STA-009, STA-014)
    And the target takes it as it should be (TRN-084)

    Examples:
      | module    |
      | locations |
      | tokens    |
