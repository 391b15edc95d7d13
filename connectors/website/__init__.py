"""Any other shop: its pages, crawled by a child process and read one by one."""
