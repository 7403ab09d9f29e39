"""Personal fine-tuning: from a chat log to a model that talks like a person or knows one, and whether it helped."""
