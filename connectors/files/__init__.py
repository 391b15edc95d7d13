"""Spreadsheets that a merchant hands over: CSV, Excel (.xlsx, .xls) and OpenDocument (.ods)."""
