"""What OCPI says, as data, and the rules that judge an exchange by it. Pure: no network, no pytest."""
