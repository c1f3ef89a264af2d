"""Plain Python that every floor may use: text, quantities, periods, refusals."""
