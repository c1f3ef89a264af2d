"""Programmes made up to be like those of provinces, and methods to forecast what becomes of them."""
