"""Product feeds by URL, in Google Merchant's format: XML (RSS, Atom), TSV or CSV, plain or gzip."""
