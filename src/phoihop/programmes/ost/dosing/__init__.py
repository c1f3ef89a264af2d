"""The centre of the dose protocol over PostgreSQL: the rules' decisions, kept row by row."""
