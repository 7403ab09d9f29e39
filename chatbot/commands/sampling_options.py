"""One command-line option for every sampling option, made from its one declaration in ``core.sampling``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import click

from chatbot.commands.user_settings import user_settings
from chatbot.core.presets import PRESETS, PRESETS_BY_ID
from chatbot.core.sampling import OPTIONS, Sampling, SamplingOption

_PREFIX = "sampling_"


class SamplingCommand(click.Command):
    """Lists the sampling options in a section of their own below the others."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Two sections instead of one long list."""
        own, sampling = [], []
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None:
                (sampling if (parameter.name or "").startswith(_PREFIX) else own).append(record)
        with formatter.section("Options"):
            formatter.write_dl(own)
        with formatter.section("Sampling options (without them the settings of the window are used)"):
            formatter.write_dl(sampling)


def sampling_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Decorate a command with ``--preset`` and all sampling options; read them with ``chosen_sampling``."""
    for option in reversed(OPTIONS):
        function = _click_option(option)(function)
    return click.option("--preset", type=click.Choice([preset.id for preset in PRESETS]), default=None,
                        help="A named set of the sampling options below.")(function)


def chosen_sampling(preset: str | None, arguments: dict[str, Any]) -> Sampling:
    """The user's default settings, then the preset, then the options given. Takes its values out of ``arguments``."""
    given = {option.name: arguments.pop(_PREFIX + option.name) for option in OPTIONS}
    sampling = user_settings().sampling
    if preset is not None:
        sampling = PRESETS_BY_ID[preset].applied_to(sampling)
    return replace(sampling, **{name: value for name, value in given.items() if value is not None})


def _click_option(option: SamplingOption) -> Callable[..., Any]:
    return click.option("--" + option.name.replace("_", "-"), _PREFIX + option.name,
                        type=int if option.is_integer else float, default=None, metavar=_bounds(option),
                        callback=_checker(option), help=option.help)


def _bounds(option: SamplingOption) -> str:
    return "N" if option.name == "seed" else f"{option.minimum:g}..{option.maximum:g}"


def _checker(option: SamplingOption) -> Callable[[click.Context, click.Parameter, Any], Any]:
    def check(_context: click.Context, _parameter: click.Parameter, value: float | None) -> float | int | None:
        if value is None:
            return None
        checked, problem = option.checked(value)
        if problem is not None:
            raise click.BadParameter(problem.partition(";")[0] + ".")
        return checked
    return check
