"""What holds for documents whoever asks: plain functions over plain values."""
