"""Doors that some platforms leave open to everybody: their shops are read without a key."""
