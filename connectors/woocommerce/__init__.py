"""WooCommerce: without a key by the Store API, with the owner's key by REST v3."""
