"""The workbench: web pages on which an analyst reads, judges and signs. Only here is HTTP known."""
