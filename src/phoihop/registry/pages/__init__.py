"""Pages of the client file, a set for each programme. No address names a programme, a person or a number."""
