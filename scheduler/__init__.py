"""The clock: decides only when a shop is read. Empty until runs are scheduled."""
