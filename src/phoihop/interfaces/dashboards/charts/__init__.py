"""Charts of the steering room: what a chart says, as values; how it is drawn, tabled and written out."""
