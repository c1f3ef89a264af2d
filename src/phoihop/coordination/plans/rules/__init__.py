"""What holds for plans whoever asks: plain functions over plain values."""
