"""Pure: a page's bytes and its address -> what kind of page it is, and the product that it shows."""
