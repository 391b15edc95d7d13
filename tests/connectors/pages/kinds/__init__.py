"""Pages of our own making, written to mislead: every kind of page of a shop, in the manner of ten themes.

`goods` has the words, `themes` the layouts, `products` and `others` the pages. Each page is the same for the same seed.
"""
