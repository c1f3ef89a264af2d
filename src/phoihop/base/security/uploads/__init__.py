"""What comes in: files are looked at, weighed, opened in a child process, and kept sealed."""
