"""A picture file of a person's own, made what the data set's images are: 28 × 28 grey levels on a black ground.

The steps are those of Fashion-MNIST (Xiao, Rasul & Vollgraf 2017, § 2) but for its sharpening: cut to the content,
shrink the longer side to 28 pixels, centre, negate, grey. Negated only where the ground is light.
"""

import warnings
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.plain_text import size_text, visible
from fmnist_tui.lab.records.architecture import INPUT_SHAPE
from fmnist_tui.lab.runs.files import FileTooLargeError, read_regular, spoken

if TYPE_CHECKING:
    from PIL.Image import Image

FORMATS = ("PNG", "JPEG", "GIF", "BMP")

MOST_BYTES = 50_000_000

MOST_PIXELS = 50_000_000
"""Looked at before anything is decoded: a small file may unpack to gigabytes."""

SIDE = INPUT_SHAPE[0]

LEAST_CONTRAST = 0.05
"""A pixel differs from the ground if it is lighter by this share of the range; Fashion-MNIST's own limit."""

RAMP = " .:-=+*#%@"


class PictureError(UserError):
    """A file that is no picture to ask a network about."""


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    image: NDArray[np.uint8]
    """Shape (28, 28): what the network sees."""
    notes: tuple[str, ...]
    """What was done that may surprise, each in a few words."""


def read_picture(path: Path) -> Picture:
    """Read a PNG, JPEG, GIF or BMP file.

    Raises:
        PictureError: no such file, none of these formats, damaged, too large, or nothing on it.
    """
    try:
        content = read_regular(path, MOST_BYTES, links="all")
    except FileTooLargeError:
        raise PictureError(f"{spoken(path)}: larger than {size_text(MOST_BYTES)}; make the picture smaller") from None
    except UserError as error:
        raise PictureError(str(error).replace("; remove it", "")) from None
    if content is None:
        raise PictureError(f"{spoken(path)}: there is no such file")
    notes: list[str] = []
    grey = _grey(path, content, notes)
    return Picture(_as_in_the_data(path, grey, notes), tuple(notes))


def as_characters(image: NDArray[np.uint8]) -> list[str]:
    """Return 14 lines of 28 characters, the brighter the denser."""
    halves = image.reshape(SIDE // 2, 2, SIDE).mean(axis=1)
    levels = np.minimum(halves / 256 * len(RAMP), len(RAMP) - 1).astype(int)
    return ["".join(RAMP[level] for level in row).rstrip() for row in levels.tolist()]


def _grey(path: Path, content: bytes, notes: list[str]) -> NDArray[np.float64]:
    """Return grey levels from 0 to 1, shape (height, width)."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of Pillow's own limit, which is above ours
            with Image.open(BytesIO(content), formats=FORMATS) as opened:
                width, height = opened.size
                if width * height > MOST_PIXELS:
                    raise PictureError(
                        f"{spoken(path)}: {width:,} × {height:,} pixels, more than {MOST_PIXELS:,}; make it smaller"
                    )
                if getattr(opened, "n_frames", 1) > 1:
                    notes.append(f"animated: the first of {getattr(opened, 'n_frames', 1):,} frames")
                opened.load()
                turned = ImageOps.exif_transpose(opened)
                if turned.size != opened.size or opened.getexif().get(0x0112, 1) != 1:
                    notes.append("turned as its EXIF data say")
                return _levels(turned, notes)
    except PictureError:
        raise
    except (UnidentifiedImageError, Image.DecompressionBombError) as error:
        why = (
            "too many pixels; make it smaller"
            if isinstance(error, Image.DecompressionBombError)
            else "no PNG, JPEG, GIF or BMP file"
        )
        raise PictureError(f"{spoken(path)}: {why}") from None
    except Exception as error:  # damaged files raise many errors that Pillow does not document
        raise PictureError(f"{spoken(path)}: damaged ({visible(str(error))})") from None


def _levels(picture: "Image", notes: list[str]) -> NDArray[np.float64]:
    if picture.mode.startswith("I"):  # 16 bits a pixel, which converting to 8 would cut off
        return np.asarray(picture, np.float64).clip(0, 65_535) / 65_535
    if picture.has_transparency_data:
        coloured = np.asarray(picture.convert("RGBA"), np.float64)
        opacity = coloured[..., 3] / 255
        own = np.asarray(picture.convert("RGBA").convert("RGB").convert("L"), np.float64) / 255
        if (opacity < 1).any():
            notes.append("transparent: laid on white" if _is_dark(own, opacity) else "transparent: laid on black")
            ground = 1.0 if _is_dark(own, opacity) else 0.0
            return own * opacity + ground * (1 - opacity)
        return own
    return np.asarray(picture.convert("RGB").convert("L"), np.float64) / 255


def _is_dark(grey: NDArray[np.float64], opacity: NDArray[np.float64]) -> bool:
    """Return whether what is opaque is rather dark, so that it shows on white."""
    total = float(opacity.sum())
    return total == 0 or float((grey * opacity).sum()) / total < 0.5


def _as_in_the_data(path: Path, grey: NDArray[np.float64], notes: list[str]) -> NDArray[np.uint8]:
    from PIL import Image

    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    ground = float(np.median(border))
    if ground > 0.5:
        notes.append("its light ground made black")
        grey, ground = 1 - grey, 1 - ground
    lifted = ((grey - ground) / (1 - ground)).clip(0, 1)
    rows, columns = (np.flatnonzero((lifted > LEAST_CONTRAST).any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        raise PictureError(f"{spoken(path)}: nothing on it stands out from its ground")
    cut = lifted[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    height, width = cut.shape
    scale = SIDE / max(height, width)
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    small = Image.fromarray((cut * 255).round().astype(np.uint8)).resize(size, Image.Resampling.LANCZOS)
    image = np.zeros((SIDE, SIDE), np.uint8)
    top, left = (SIDE - size[1]) // 2, (SIDE - size[0]) // 2
    image[top : top + size[1], left : left + size[0]] = np.asarray(small)
    return image
