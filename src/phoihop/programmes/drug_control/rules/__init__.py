"""What holds for drug control whoever asks: plain functions over plain values."""
