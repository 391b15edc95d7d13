"""How a shop is read: connectors, their records and the one HTTP session. Knows nothing of the aggregator."""
