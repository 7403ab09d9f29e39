"""Can a window be shown here? Which system libraries and which display are missing?

Standard library only: it runs before Qt is imported, because Qt aborts the whole process instead of raising when its
platform plugin cannot be loaded. The Makefile runs this file with the system's Python to learn what to install.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterable, Mapping

DEBIAN_PACKAGE = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libX11.so.6": "libx11-6",
    "libxkbcommon.so.0": "libxkbcommon0",
}
"""Libraries every Qt program on Linux needs, windowless tests too, and the Debian package of each."""

DEBIAN_PACKAGE_FOR_X11 = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
}
"""What Qt's X11 plugin needs besides. Wayland sessions have XWayland and fall back to it, so it is needed there too."""

WINDOWLESS_PLATFORMS = ("offscreen", "minimal", "vnc", "linuxfb", "eglfs")


def is_library_present(soname: str) -> bool:
    """Whether the dynamic linker finds ``soname``."""
    try:
        ctypes.CDLL(soname)
    except OSError:
        return False
    return True


def missing_packages(*, with_window: bool) -> list[str]:
    """Debian packages of the missing libraries; always empty on other systems than Linux."""
    if not sys.platform.startswith("linux"):
        return []
    needed = DEBIAN_PACKAGE | (DEBIAN_PACKAGE_FOR_X11 if with_window else {})
    return [package for soname, package in needed.items() if not is_library_present(soname)]


def chosen_platform(environment: Mapping[str, str]) -> str:
    """The Qt platform asked for by the environment (``offscreen``, ``xcb``, ...) or ''."""
    return environment.get("QT_QPA_PLATFORM", "").split(":")[0].split(";")[0]


def has_display(environment: Mapping[str, str]) -> bool:
    """Whether there is a screen to show a window on, or a windowless platform was asked for."""
    if not sys.platform.startswith("linux"):
        return True
    if chosen_platform(environment) in WINDOWLESS_PLATFORMS:
        return True
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


def why_no_window(environment: Mapping[str, str] = os.environ) -> str | None:
    """One sentence saying why no window can be opened and what to do; None if one can."""
    if not has_display(environment):
        return ("There is no display to open a window on (neither DISPLAY nor WAYLAND_DISPLAY is set); "
                "use `chatbot chat` to chat in this terminal.")
    with_window = chosen_platform(environment) not in WINDOWLESS_PLATFORMS
    missing = missing_packages(with_window=with_window)
    if missing:
        return (f"The window needs system libraries that are missing; on Debian or Ubuntu install them with "
                f"`sudo apt-get install {' '.join(missing)}`, or use `chatbot chat` in this terminal.")
    return None


def main(arguments: Iterable[str] = sys.argv[1:]) -> None:
    """Print the missing Debian packages on one line, for the Makefile."""
    print(*missing_packages(with_window="--windowless" not in arguments))


if __name__ == "__main__":
    main()
