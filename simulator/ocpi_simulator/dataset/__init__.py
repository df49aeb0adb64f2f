"""The Partner's own data: object i of a module is computed from (seed, i), and nothing is stored.

`Series(Locations(seed, party), count, reference)` is the objects of a module, each with the fields of all versions;
`shape_of(version).project("Location", superset)` gives one of them the form of a version.
"""
