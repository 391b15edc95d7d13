"""Pages of our own making, written to mislead: every kind of page of a shop, in the manner of ten themes.

`goods` has the words, `themes` the layouts, `listings`, `others` and `products` the pages; `oddities` and `abroad` were
written later, each after the rules were tuned on what was there before. Each page is the same for the same seed.
"""
