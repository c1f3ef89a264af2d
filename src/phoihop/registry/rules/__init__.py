"""What can be said of a person's identity, of two files being one person's, of consent and of letters."""
