"""Tests of the rules: hand-made exchanges, right and wrong, through the Judge."""
