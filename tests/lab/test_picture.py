"""Pictures of a person's own, made what the data set's images are."""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from fmnist_tui.lab.inside import picture as pictures
from fmnist_tui.lab.inside.picture import PictureError, as_characters, read_picture


def written(tmp_path: Path, image: Image.Image, name: str = "picture.png", **how: object) -> Path:
    image.save(tmp_path / name, **how)  # type: ignore[arg-type]  # Pillow's options differ by format
    return tmp_path / name


def garment(ground: int, own: int, size: tuple[int, int] = (100, 80)) -> NDArray[np.uint8]:
    """Return a picture with a rectangle of 28 × 56 on it, off its middle."""
    drawn = np.full(size, ground, np.uint8)
    drawn[5:61, 10:38] = own
    return drawn


EXPECTED = np.zeros((28, 28), np.uint8)
EXPECTED[:, 7:21] = 255


@pytest.mark.parametrize("name", ["a.png", "a.gif", "a.bmp"])
def test_a_white_shape_on_black_is_cut_out_shrunk_and_centred(tmp_path: Path, name: str) -> None:
    found = read_picture(written(tmp_path, Image.fromarray(garment(0, 255)), name))

    assert np.array_equal(found.image, EXPECTED)
    assert found.notes == ()


def test_a_light_ground_is_made_black(tmp_path: Path) -> None:
    found = read_picture(written(tmp_path, Image.fromarray(garment(255, 0))))

    assert np.array_equal(found.image, EXPECTED)
    assert found.notes == ("its light ground made black",)


def test_a_jpegs_ground_is_levelled(tmp_path: Path) -> None:
    found = read_picture(written(tmp_path, Image.fromarray(garment(20, 230)), "a.jpg", quality=95))

    assert np.abs(found.image[:, 9:19].astype(int) - 228).max() < 12
    assert found.image[:, :6].max() < 12


def test_a_small_picture_is_enlarged(tmp_path: Path) -> None:
    found = read_picture(written(tmp_path, Image.fromarray(np.pad(np.full((3, 3), 255, np.uint8), 1))))

    assert found.image.min() == 255


@pytest.mark.parametrize("mode", ["RGB", "CMYK", "P", "L", "1", "LA"])
def test_every_kind_of_colour_becomes_grey(tmp_path: Path, mode: str) -> None:
    name = "a.jpg" if mode == "CMYK" else "a.png"

    found = read_picture(written(tmp_path, Image.fromarray(garment(255, 0)).convert(mode), name))

    assert np.abs(found.image.astype(int) - EXPECTED)[2:26, 9:19].max() < 20


def test_sixteen_bits_are_not_cut_off(tmp_path: Path) -> None:
    deep = Image.fromarray(garment(0, 1).astype(np.uint16) * 40_000)

    found = read_picture(written(tmp_path, deep))

    assert found.image.max() == round(255 * 40_000 / 65_535)


@pytest.mark.parametrize(("own", "words"), [(0, "laid on white"), (255, "laid on black")])
def test_what_is_transparent_shows_its_shape_whatever_its_colour(tmp_path: Path, own: int, words: str) -> None:
    shape = garment(0, 255)
    coloured = np.dstack([np.full_like(shape, own)] * 3 + [shape])

    found = read_picture(written(tmp_path, Image.fromarray(coloured)))

    assert np.array_equal(found.image, EXPECTED)
    assert f"transparent: {words}" in found.notes


def test_a_picture_turned_by_exif_is_turned_back(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter clockwise
    lying = Image.fromarray(np.rot90(garment(0, 255), 1).copy())

    found = read_picture(written(tmp_path, lying, "a.png", exif=exif))

    assert np.array_equal(found.image, EXPECTED)
    assert found.notes == ("turned as its EXIF data say",)


def test_of_an_animation_the_first_frame_is_taken(tmp_path: Path) -> None:
    frames = [Image.fromarray(garment(0, 255)), Image.fromarray(garment(0, 90))]

    found = read_picture(written(tmp_path, frames[0], "a.gif", save_all=True, append_images=frames[1:]))

    assert np.array_equal(found.image, EXPECTED)
    assert found.notes == ("animated: the first of 2 frames",)


def content(image: Image.Image, form: str) -> bytes:
    file = io.BytesIO()
    image.save(file, form)
    return file.getvalue()


PNG = content(Image.fromarray(garment(0, 255)), "PNG")


def of_size(width: int, height: int) -> bytes:
    """Return `PNG` with another size in its header."""
    header = b"IHDR" + struct.pack(">II", width, height) + PNG[24:29]
    return PNG[:12] + header + struct.pack(">I", zlib.crc32(header)) + PNG[33:]


WRONG = {
    "empty": (b"", "no PNG, JPEG, GIF or BMP"),
    "text": (b"hello\n" * 50, "no PNG, JPEG, GIF or BMP"),
    "cut short": (PNG[:90], "damaged"),
    "another format": (content(Image.fromarray(garment(0, 255)), "TIFF"), "no PNG, JPEG, GIF or BMP"),
    "all one colour": (content(Image.fromarray(np.full((9, 9), 77, np.uint8)), "PNG"), "nothing on it stands out"),
    "huge": (of_size(10_000, 9_000), "10,000 × 9,000 pixels, more than 50,000,000"),
    "a bomb": (of_size(20_000, 20_000), "pixels"),
}


@pytest.mark.parametrize(("held", "words"), WRONG.values(), ids=WRONG.keys())
def test_what_is_no_picture_is_one_line_that_names_it(tmp_path: Path, held: bytes, words: str) -> None:
    (tmp_path / "x.png").write_bytes(held)

    with pytest.raises(PictureError) as error:
        read_picture(tmp_path / "x.png")

    assert str(error.value).startswith(f"{tmp_path / 'x.png'}: ")
    assert words in str(error.value)
    assert "\n" not in str(error.value)


def test_no_file_a_folder_and_too_many_bytes_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(PictureError, match="there is no such file"):
        read_picture(tmp_path / "x.png")
    with pytest.raises(PictureError, match="not an ordinary file"):
        read_picture(tmp_path)
    monkeypatch.setattr(pictures, "MOST_BYTES", 100)
    with pytest.raises(PictureError, match="larger than"):
        read_picture(written(tmp_path, Image.fromarray(garment(0, 255))))


def test_brighter_pixels_are_denser_characters() -> None:
    lines = as_characters(EXPECTED)

    assert lines == [" " * 7 + "@" * 14] * 14
