"""What holds for substitution treatment whoever asks: plain functions over plain values."""
