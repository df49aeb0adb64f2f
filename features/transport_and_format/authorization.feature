Feature: Authorization
  Who a request comes from is told by its credentials token. Without a known one nothing is shown and nothing stored.

  Background:
    Given the partner is registered with the target

  Scenario Outline: The versions are not shown without a known token
    When the partner requests the versions of the target <request>
    Then the target answers HTTP 401 (<requirements>)
    And the target still serves the partner (VER-001)

    Examples:
      | case                    | request                                    | requirements     |
      | no header               | without an Authorization header            | TRN-012          |
      | unknown token           | with a token that the target does not know | TRN-013          |
      | another case of letters | with its token in another case of letters  | TRN-013, TYP-063 |

  # Peers that do not encode their token may be served, by trial and error or a setting: a warning at most (R01).
  # Not judged by the version list, which is for all versions, those without encoding among them.

  Scenario: A token that is not encoded is not taken
    When the partner requests the version details of the target with its token unencoded
    Then the target does not claim success (TRN-009)
    And the target still serves the partner (VER-001)

  @sender
  Scenario Outline: A list is not shown without a known token
    When the partner requests the list of <module> <request>
    Then the target answers HTTP 401 (<requirement>)
    And the target still serves the partner (VER-001)

    Examples:
      | case                         | module    | request                                    | requirement |
      | locations with no header     | locations | without an Authorization header            | TRN-012     |
      | locations with unknown token | locations | with a token that the target does not know | TRN-013     |
      | tokens with no header        | tokens    | without an Authorization header            | TRN-012     |
      | tokens with unknown token    | tokens    | with a token that the target does not know | TRN-013     |

  @receiver
  Scenario Outline: An object is not shown without a known token
    Given the target stores an object of the partner for <module>
    When the partner requests it <request>
    Then the target answers HTTP 401 (<requirement>)
    And the target still serves the partner (VER-001)

    Examples:
      | case                            | module    | request                                    | requirement |
      | a location with no header       | locations | without an Authorization header            | TRN-012     |
      | a location with unknown token   | locations | with a token that the target does not know | TRN-013     |
      | a token with no header          | tokens    | without an Authorization header            | TRN-012     |
      | a token with unknown token      | tokens    | with a token that the target does not know | TRN-013     |

  @receiver
  Scenario Outline: An object is not stored without a known token
    Given a new object of the partner for <module>
    When the partner puts it <request>
    Then the target answers HTTP 401 (<requirement>)
    And the target does not claim success (STA-014)
    And the target takes it as it should be (TRN-084)

    Examples:
      | case                          | module    | request                                    | requirement |
      | a location with no header     | locations | without an Authorization header            | TRN-012     |
      | a location with unknown token | locations | with a token that the target does not know | TRN-013     |
      | a token with no header        | tokens    | without an Authorization header            | TRN-012     |
      | a token with unknown token    | tokens    | with a token that the target does not know | TRN-013     |

  Scenario: A request needs neither body nor Content-Type
    When the partner requests the versions of the target
    Then the target answers with success (TRN-022)

  Scenario Outline: Header names are recognised in any case of letters
    When the partner requests the versions of the target with header names in <case> case
    Then the target answers with success (TRN-005)

    Examples:
      | case  |
      | lower |
      | upper |

  @receiver
  Scenario Outline: Header names of a push are recognised in any case of letters
    Given a new object of the partner for <module>
    When the partner puts it with header names in <case> case
    Then the target answers with success (TRN-005)

    Examples:
      | names                        | module    | case  |
      | locations in lower case      | locations | lower |
      | locations in upper case      | locations | upper |
      | tokens in lower case         | tokens    | lower |
      | tokens in upper case         | tokens    | upper |

  @https
  Scenario: The target proves itself with a certificate, and needs none
    When the partner requests the versions of the target
    Then the target answers with success (TRN-003)
