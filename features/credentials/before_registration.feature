@before-registration @module:credentials
Feature: Before the registration
  CREDENTIALS_TOKEN_A is good for finding out where the other side is, and for registering there: nothing else.

  Background:
    Given the partner is not registered with the target yet

  Scenario: CREDENTIALS_TOKEN_A opens the version list and the version details
    When the partner requests the versions of the target with CREDENTIALS_TOKEN_A
    Then the target answers with success (CRD-003, VER-001)
    And the list names the version under test (VER-005)
    When the partner requests the version details of the target with CREDENTIALS_TOKEN_A
    Then the target answers with success (CRD-003, VER-010)

  Scenario Outline: Without CREDENTIALS_TOKEN_A nothing opens
    When the partner requests the versions of the target <request>
    Then the target answers HTTP 401 (<requirement>)
    And CREDENTIALS_TOKEN_A is still good (CRD-003)

    Examples:
      | case          | request                                    | requirement |
      | no header     | without an Authorization header            | TRN-012     |
      | unknown token | with a token that the target does not know | TRN-013     |

  @sender
  Scenario Outline: CREDENTIALS_TOKEN_A opens no list of another module
    When the partner requests the list of <module> with CREDENTIALS_TOKEN_A
    Then the target answers HTTP 401 (TRN-014)
    And CREDENTIALS_TOKEN_A is still good (CRD-003)

    Examples:
      | module    |
      | locations |
      | tokens    |

  @receiver
  Scenario Outline: CREDENTIALS_TOKEN_A lets nothing be stored
    Given a new object of the partner for <module>
    When the partner puts it with CREDENTIALS_TOKEN_A
    Then the target answers HTTP 401 (TRN-014)
    And CREDENTIALS_TOKEN_A is still good (CRD-003)

    Examples:
      | module    |
      | locations |
      | tokens    |

  Scenario: A PUT of credentials does not register
    When the partner puts its credentials, not being registered
    Then the target answers HTTP 405 (CRD-068)
    And CREDENTIALS_TOKEN_A is still good (CRD-003)

  Scenario: Who is not registered cannot unregister
    When the partner unregisters, not being registered
    Then the target answers HTTP 405 (CRD-073)
    And CREDENTIALS_TOKEN_A is still good (CRD-003)

  # A target that calls back only after its answer is judged for that, and cannot know at that time what is wrong.
  Scenario Outline: A partner whose endpoints cannot be fetched is not registered
    Given the partner deviates: <behaviour>
    When the partner posts its credentials
    Then the target tries to fetch the versions of the partner (CRD-051)
    And the target had called back before it answered (CRD-052)
    And the target does not register the partner (CRD-031)
    And the target answers with OCPI status 3001 (CRD-030)
    And CREDENTIALS_TOKEN_A is still good (CRD-003)

    Examples:
      | case                    | behaviour                                        |
      | connections are closed  | dropped_connection@versions.*                    |
      | no version list         | http_error=500@versions.both.get_versions        |
      | no version details      | http_error=500@versions.both.get_version_details |
      | an error of OCPI        | ocpi_error=3000@versions.both.get_versions       |
      | a list that is no JSON  | malformed_json@versions.both.get_versions        |

  # 3001 and 3003 describe the same failure from other sides.
  Scenario: A partner that lacks the version is not registered for it
    Given the partner deviates: other_version=2.0
    When the partner posts its credentials
    Then the target tries to fetch the versions of the partner (CRD-051)
    And the target had called back before it answered (CRD-052)
    And the target does not register the partner (CRD-031)
    And the target answers with OCPI status 3002, 3001 or 3003 (CRD-032)
    And CREDENTIALS_TOKEN_A is still good (CRD-003)
