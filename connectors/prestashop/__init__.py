"""PrestaShop 1.6 to 9: by its webservice with a key, by its public listings without."""
