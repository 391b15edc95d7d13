"""A PrestaShop shop that is not one: the webservice and the public pages, as measured on PrestaShop 8.0.3.

In reading order: `options` (how shops differ), `schema` (what the webservice calls things), `tables` (a catalogue as
PrestaShop's rows), `state` (what changes them), `prices`, `asking` (filter, sort, limit, display), `writing` (JSON and
XML), `webservice` (keys, errors, resources); `addresses`, `listing`, `page` and `front` (what a browser gets); `fake`
(all of it, with its controls).
"""
