"""Phone photos of a hundred megapixels and more are read in bounded memory."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from core.pictures.reading import MOST_MEMORY, MOST_PIXELS, decode_picture
from tests.core.pictures.made import portrait, saved, sentence_of

ROOT = Path(__file__).resolve().parents[3]
MEASURED = """
import sys
from pathlib import Path
from core.pictures.reading import read_picture
from core.errors import PhotoError
import PIL.Image, pillow_heif
PIL.Image.init()
def highest():
    return next(int(line.split()[1]) * 1024 for line in open("/proc/self/status") if line.startswith("VmHWM"))
before = highest()
try:
    image = read_picture(Path(sys.argv[1]))
    print(*image.shape[:2], *image[image.shape[0] // 4, image.shape[1] // 4], highest() - before)
except PhotoError as error:
    print(error)
    print(highest() - before)
"""


def huge(width: int, height: int) -> Pillow.Image:
    """A quarter teal, the rest grey."""
    picture = Pillow.new("RGB", (width, height), (90, 90, 90))
    picture.paste((0, 128, 128), (0, 0, width // 2, height // 2))
    return picture


def measured(file: Path) -> list[str]:
    """The output of `MEASURED` in a process of its own: what `read_picture` returned, and its peak memory in bytes."""
    if not Path("/proc/self/status").exists():
        pytest.skip("needs /proc to measure memory")
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, str(file)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()


@pytest.mark.parametrize(
    ("width", "height", "kind", "options"),
    [
        (12_000, 9_000, "JPEG", {}),
        (16_320, 12_240, "JPEG", {}),
        (12_000, 9_000, "JPEG", {"progressive": True}),
        (12_000, 9_000, "PNG", {"compress_level": 1}),
    ],
    ids=lambda value: str(value),
)
def test_a_phones_largest_photo_is_read_smaller(
    width: int, height: int, kind: str, options: dict[str, object], tmp_path: Path
) -> None:
    file = tmp_path / "photo"
    huge(width, height).save(file, kind, **options)
    (line,) = measured(file)
    rows, columns, blue, green, red, taken = map(int, line.split())
    assert rows * columns <= MOST_PIXELS < 4 * rows * columns
    assert columns / rows == pytest.approx(width / height, abs=1e-3)
    assert np.abs(np.array([blue, green, red]) - (128, 128, 0)).max() < 4
    assert taken < MOST_MEMORY


def test_what_would_take_too_much_memory_is_refused_before_it_takes_any(tmp_path: Path) -> None:
    """A decoder keeps all coefficients of a progressive JPEG until the last scan."""
    file = tmp_path / "photo.jpg"
    file.write_bytes(
        resized(saved(portrait(), "JPEG", progressive=True, subsampling=0), 65_000, 60_000) + bytes(4_000_000)
    )
    sentence, taken = measured(file)
    assert "65000×60000 pixels, which would take 2" in sentence
    assert "GB of memory" in sentence
    assert int(taken) < 100_000_000


def test_a_file_too_small_for_its_pixels_is_no_photo() -> None:
    assert "far too small" in sentence_of(resized(saved(portrait(), "JPEG"), 65_000, 60_000))


def resized(jpeg: bytes, width: int, height: int) -> bytes:
    """The JPEG with another size in its header."""
    frame = max(jpeg.find(b"\xff\xc0"), jpeg.find(b"\xff\xc2"))
    return jpeg[: frame + 5] + height.to_bytes(2, "big") + width.to_bytes(2, "big") + jpeg[frame + 9 :]


def test_parts_of_large_pictures_fit_together() -> None:
    """Large pictures are converted in strips, whose rows must join without a gap."""
    rng = np.random.default_rng(0)
    noise = Pillow.fromarray(rng.integers(0, 255, (3000, 4000, 3), np.uint8))
    assert np.array_equal(decode_picture(saved(noise, "PNG", compress_level=0)), np.asarray(noise)[..., ::-1])
    grey = Pillow.fromarray(rng.integers(0, 65535, (3000, 4000), np.uint16))
    image = decode_picture(saved(grey, "PNG", compress_level=0))
    assert np.abs(image[..., 0].astype(int) - np.rint(np.asarray(grey) / 257)).max() <= 1
