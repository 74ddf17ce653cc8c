"""The assistant's custom actions: read the slots, ask the shop, say the result. Served by rasa-sdk."""
