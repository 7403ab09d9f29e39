"""Windows, views, item models, dialogs and theme. PySide6, never torch."""
