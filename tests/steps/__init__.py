"""Tests of the scenarios: each has to see the deviation that it is there for."""
