"""Files that the engine makes for others to fetch: the bulk export and the sitemaps. The web only hands them out."""
