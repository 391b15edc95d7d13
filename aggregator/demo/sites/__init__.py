"""Shops on no platform that anybody has heard of: a site of pages, each kind with another way to say its products."""
