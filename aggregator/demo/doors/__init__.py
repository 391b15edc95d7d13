"""Fakes of hosted shop platforms that anybody may read without a key: Shopify, Magento, Squarespace, Big Cartel."""
