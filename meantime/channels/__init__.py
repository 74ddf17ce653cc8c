"""Where customers write: each channel turns a reply into what it can show. No rule of the shop lives here."""
