@ends-registration @module:credentials
Feature: Ending the registration
  Either side can end it with DELETE; then its credentials are dead and automated communication stops.

  Background:
    Given the partner is registered with the target

  # With the token of a registration that has ended 401 is as right: it may be unknown by then.
  Scenario: A partner that is registered can unregister, once
    When the partner unregisters
    Then the target answers with success (CRD-040)
    When the partner unregisters, not being registered
    Then the target answers HTTP 405 or 401 (CRD-073)
    When the partner puts its credentials, not being registered
    Then the target answers HTTP 405 or 401 (CRD-068)

  @sender
  Scenario Outline: A partner that has unregistered gets no more requests
    When the partner unregisters
    Then the target answers with success (CRD-040)
    When something happens at the target that it would push, in <module>
    Then the target sends nothing any more (CRD-070)

    Examples:
      | module    |
      | locations |
      | tokens    |

  Scenario: A target that has unregistered refuses the token it gave out
    When the target is made to unregister
    Then the target deletes its credentials at the partner (CRD-041)
    And the former token of the partner is refused (CRD-072)
