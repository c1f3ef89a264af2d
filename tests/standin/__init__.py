"""A small client room, made as rooms are made, for tests of walls that must stand before the first real one.

Two programmes with neutral names, "alpha" and "beta", each at two facilities. Everybody in it is invented.
"""
