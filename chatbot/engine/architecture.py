"""The numbers that describe a network; what ``model.json`` holds under ``architecture``."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields

from chatbot.core.errors import ModelError

CELLS = ("rnn_tanh", "rnn_relu", "gru", "lstm", "minlstm")
_MOST_BLOCKS = 256


@dataclass(frozen=True, slots=True)
class Architecture:
    """Sizes of a ``LanguageModel``.

    ``width`` is the embedding and residual width, ``cell_width`` the number of recurrent units of a block,
    ``copy_width`` the length of a copy key and ``copy_window`` how many positions back a token can be copied from
    (0 switches the copy head off).
    """

    cell: str = "lstm"
    vocabulary_size: int = 8192
    width: int = 512
    blocks: int = 3
    cell_width: int = 512
    mlp_width: int = 1536
    copy_width: int = 64
    copy_window: int = 256

    def __post_init__(self) -> None:
        """Refuse sizes that no network can have."""
        if self.cell not in CELLS:
            raise ModelError(f"The model uses the cell {self.cell!r}, which this program does not know; "
                             f"it knows {', '.join(CELLS)}.", code="model_cell")
        may_be_zero = ("mlp_width", "copy_window") if self.copy_window else ("mlp_width", "copy_width", "copy_window")
        for field in fields(self):
            value = getattr(self, field.name)
            least, most = int(field.name not in may_be_zero), _MOST_BLOCKS if field.name == "blocks" else 1 << 20
            if field.name != "cell" and (type(value) is not int or not least <= value <= most):
                raise ModelError(f"The model's {field.name} is {value!r}, which is not a size a network can have.",
                                 code="model_size")

    def to_dict(self) -> dict[str, object]:
        """Plain values for a JSON file."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, object]) -> Architecture:
        """Read what ``to_dict`` wrote; unknown names are refused."""
        known = {field.name for field in fields(cls)}
        unknown = sorted(set(values) - known)
        if unknown:
            raise ModelError(f"The model's architecture has the unknown entry {unknown[0]!r}; "
                             "it may need a newer version of the program.", code="model_newer")
        return cls(**values)  # type: ignore[arg-type]
