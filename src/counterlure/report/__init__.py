"""What people read: page, letters, tables, terminal and JSON document, all written from one `Judgement`."""
