"""Where things are: French communes (`communes`), distances (`distance`), a small map (`aggregator.web.map` draws it).

Pure but for one data file, `communes.tsv.gz`, read at the first question. Its first lines name its sources and
licences; `build` makes it anew; docs/geo.md tells the rest.
"""
