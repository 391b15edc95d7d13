"""From records to the portal: settings, store, ingest, search, web, command line."""
