"""The sample town answers as the real shops were measured to."""
