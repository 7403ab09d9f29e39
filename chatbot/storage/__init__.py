"""The chat database: SQLite, migrations, message trees, states, search, export, import, backup, recovery.

``opening.open_store`` is the door. It returns the store (``store.SqliteChatStore``, the ``ChatStore`` of
``core.protocols``) and a list of notices for the user. ``opening.open_reader`` gives another thread or another
process a cheap read-only view, for search and export of a big store. ``maintenance.maintain`` is the housekeeping that
belongs on a background thread.

Every module but ``store`` is a set of functions over an open connection; ``store`` adds the transactions.
"""
