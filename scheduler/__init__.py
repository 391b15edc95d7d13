"""The clock and its workers: when a shop is read, and by whom."""
