"""Where the language-neutral data lies: beside the package in a checkout, inside it in a wheel."""

from pathlib import Path

_PACKAGE = Path(__file__).parent


def data_folder() -> Path:
    """The folder with one folder per OCPI version and the requirement catalogue."""
    installed = _PACKAGE / "data"
    return installed if installed.is_dir() else _PACKAGE.parent


def version_folders() -> dict[str, Path]:
    """OCPI version number -> its folder, lowest version first."""
    folders = [path for path in data_folder().iterdir() if (path / "interfaces.toml").is_file()]
    return {path.name: path for path in sorted(folders, key=lambda path: version_key(path.name))}


def version_key(version: str) -> tuple[int, ...]:
    """A key that puts version numbers in order; what is no number counts as 0."""
    return tuple(int(part) if part.isdigit() else 0 for part in version.split("."))
