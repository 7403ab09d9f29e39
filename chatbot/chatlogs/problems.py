"""What can be wrong with a file chosen for import. Every message is one sentence with what to do."""

from __future__ import annotations

from chatbot.core.errors import ImportProblem


class UnknownFormat(ImportProblem):
    """The content fits none of the formats that can be read."""

    code = "import_unknown_format"


class NotText(ImportProblem):
    """Pictures, documents, databases: nothing a reader could take words from."""

    code = "import_not_text"


class EmptyFile(ImportProblem):
    """Nothing but white space."""

    code = "import_empty"


class UnreadableFile(ImportProblem):
    """The operating system does not let us read it."""

    code = "import_unreadable"


class UnsafeArchive(ImportProblem):
    """An archive that is damaged, encrypted, or built to do harm."""

    code = "import_archive"


class BrokenJson(ImportProblem):
    """JSON that ends too early or is damaged. ``is_truncated`` tells which."""

    code = "import_broken_json"

    def __init__(self, sentence: str, *, is_truncated: bool = False, **details: object) -> None:
        super().__init__(sentence, **details)
        self.is_truncated = is_truncated


class ValueTooLarge(ImportProblem):
    """One value of a JSON file is larger than any message."""

    code = "import_value_too_large"


class NeedsAnswer(ImportProblem):
    """The log cannot be used before the question in its report is answered."""

    code = "import_needs_answer"


class ReadingStopped(ImportProblem):
    """The user pressed Stop."""

    code = "import_stopped"
