"""The packages that Firstsight stands on: which versions are installed, and under which licences."""

from importlib.metadata import PackageNotFoundError, metadata, version

PACKAGES = (
    *("torch", "opencv-python-headless", "numpy", "PySide6-Essentials", "sqlcipher3"),
    *("pillow", "pillow-heif", "av", "scipy", "scikit-learn", "pyqtgraph"),
)
"""The main ones, by their names in the package index."""
LONGEST = 120
"""Characters up to which a licence field is a name; longer ones hold the licence itself."""


def version_of(package: str) -> str | None:
    """The version installed; None if the package is missing."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def licence_of(package: str) -> str:
    """The licence as the package names it; empty if it doesn't say, or is missing."""
    try:
        told = metadata(package)
    except PackageNotFoundError:
        return ""
    fields = told.json
    for name in (fields.get("license_expression"), fields.get("license")):
        if isinstance(name, str) and len(name) <= LONGEST and "\n" not in name:
            return name
    kinds = [kind for kind in told.get_all("Classifier") or [] if kind.startswith("License ::")]
    return ", ".join(kind.rpartition(" :: ")[2] for kind in kinds)
