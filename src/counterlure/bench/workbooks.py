"""Excel workbooks of public corpora, row by row."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from counterlure.errors import FormatError, InputError

Row = tuple[object, ...]


def rows(file: Path) -> Iterator[tuple[int, Row]]:
    """(row number from 1, cells) of the first sheet.

    Raises
    ------
    InputError : the file cannot be opened. FormatError : it is no workbook.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise FormatError(str(file), f"is no Excel workbook ({error}); fetch the corpus again") from error
    except OSError as error:
        raise InputError(str(file), f"cannot be read ({error.strerror}); fetch the corpus again") from error
    try:
        yield from enumerate(book.worksheets[0].iter_rows(values_only=True), start=1)
    finally:
        book.close()


def columns(file: Path, wanted: tuple[str, ...]) -> Iterator[tuple[int, Row]]:
    """(row number, the wanted cells) of every row below the head.

    `FormatError` where the head lacks a wanted column, or there is none.
    """
    read = rows(file)
    head = next(read, (1, ()))[1]
    places = []
    for name in wanted:
        if name not in head:
            raise FormatError(f"{file}:1", f"has no column {name!r}; fetch the corpus again")
        places.append(head.index(name))
    for number, row in read:
        yield number, tuple(row[place] if place < len(row) else None for place in places)
