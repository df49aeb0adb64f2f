"""Tests of the product itself."""
