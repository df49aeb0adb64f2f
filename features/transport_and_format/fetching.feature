@receiver
Feature: Lists that the target fetches
  What a partner may do in one way or another when it serves its list has to be coped with.

  Background:
    Given the partner is registered with the target

  # Push is not required of anyone, so there are partners who never do it.

  Scenario Outline: What is never pushed is fetched
    Given the partner lists a new <kind>
    When the target fetches the list of <module>
    Then the target gives it back as the partner lists it (TRN-016, <requirement>)

    Examples:
      | module    | kind     | requirement |
      | locations | location | LOC-033     |
      | tokens    | token    | TOK-005     |

  Scenario Outline: Pages that are smaller than the limit asked for are followed to the last
    Given the partner deviates: smaller_pages=30@<module>.sender.get_list
    When the target is made to fetch the list of <module>
    Then the target goes on to the last page (TRN-036)

    Examples:
      | module    |
      | locations |
      | tokens    |

  Scenario Outline: Header names are recognised in any case of letters
    Given the partner deviates: header_case=<case>@<module>.sender.get_list
    When the target is made to fetch the list of <module>
    Then the target goes on to the last page (TRN-005)

    Examples:
      | names                      | module    | case  |
      | of locations in lower case | locations | lower |
      | of locations in upper case | locations | upper |
      | of tokens in lower case    | tokens    | lower |
      | of tokens in upper case    | tokens    | upper |

  # Advice, and of use only to clients whose filter lets objects fall out.

  Scenario Outline: When the list gets shorter on the way the target goes back by one
    Given the partner deviates: shrinking_list@<module>.sender.get_list
    When the target is made to fetch the list of <module>
    Then the target fetches from the place before once more (TRN-042)

    Examples:
      | module    |
      | locations |
      | tokens    |

  Scenario Outline: The endpoint is where the version details say
    Given the partner deviates: opaque_urls@versions.both.*
    When the partner puts its credentials
    And the target is made to fetch the list of <module>
    Then the target fetches it from the endpoint that it was given (TRN-134)

    Examples:
      | module    |
      | locations |
      | tokens    |

  Scenario Outline: Of a list with something wrong in it the target takes what is right
    Given the partner lists a new <kind> after one without <field>
    When the target fetches the list of <module>
    Then the target gives it back as the partner lists it (TRN-025)

    Examples:
      | module    | kind     | field  |
      | locations | location | city   |
      | tokens    | token    | issuer |

  Scenario Outline: What may be written in several ways is taken in each of them
    Given the partner lists a new <kind> with <field> = <value>
    When the target fetches the list of <module>
    Then the target gives it back as the partner lists it (<requirement>)

    Examples:
      | case                             | module    | kind     | field          | value              | requirement |
      | null in a location               | locations | location | name           | null               | TRN-070     |
      | an unknown field in a location   | locations | location | partner_remark | "not in the table" | TRN-071     |
      | null in a token                  | tokens    | token    | visual_number  | null               | TRN-070     |
      | an unknown field in a token      | tokens    | token    | partner_remark | "not in the table" | TRN-071     |

  # Objects of others may be ignored, or taken under their owner (R14).

  Scenario Outline: The owner of an object in a list is the one that it names
    Given the partner lists a new <kind> after one with party_id = "QQX"
    When the target fetches the list of <module>
    Then it is not stored as an object of the partner (TRN-088)

    Examples:
      | module    | kind     |
      | locations | location |
      | tokens    | token    |

  Scenario Outline: After a loss of connection the target gets in sync
    Given the partner lists a new <kind>
    And the partner deviates: dropped_connection@<module>.sender.get_list#1
    When the target is made to fetch the list of <module>
    And the target fetches the list of <module>
    Then the target gives it back as the partner lists it (TRN-137)

    Examples:
      | module    | kind     |
      | locations | location |
      | tokens    | token    |

  Scenario Outline: Whatever is in the data of an error does no harm
    Given the partner lists a new <kind>
    And the partner deviates: ocpi_error=3000@<module>.sender.get_list#1
    And the partner deviates: answer_data=<data>@<module>.sender.get_list#1
    When the target is made to fetch the list of <module>
    And the target fetches the list of <module>
    Then the target gives it back as the partner lists it (STA-018)

    Examples:
      | case                    | module    | kind     | data            |
      | locations with null     | locations | location | null            |
      | locations with a text   | locations | location | "out of order"  |
      | locations with an error | locations | location | {"error": 17}   |
      | tokens with null        | tokens    | token    | null            |
      | tokens with a text      | tokens    | token    | "out of order"  |
      | tokens with an error    | tokens    | token    | {"error": 17}   |
