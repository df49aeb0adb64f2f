"""The suite against implementations that other people wrote."""
