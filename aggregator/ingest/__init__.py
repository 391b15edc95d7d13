"""From what a shop says to what is stored: `decide` and `guard` are pure, `sync` is the thin shell around them."""
