"""Three invented years of treatment in an invented province, told through the doors that people use."""
