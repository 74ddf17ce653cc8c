"""Every sentence that is not in domain.yml: calm, specific, with options. Nothing is decided here."""
