@receiver
Feature: Numbers
  Numbers have four decimals and as many digits before them as it takes.

  Background:
    Given the partner is registered with the target

  @module:locations
  Scenario: A number keeps its four decimals
    Given a new location of the partner
    When the partner puts it with energy_mix = {"is_green_energy": false, "energy_sources": [{"source": "SOLAR", "percentage": 33.3333}, {"source": "NUCLEAR", "percentage": 66.6667}]}
    Then the numbers in energy_mix come back as they were sent (TYP-032)
