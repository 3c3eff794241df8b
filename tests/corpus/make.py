#!/usr/bin/env python3
"""Makes the corpus again: /usr/bin/python3 tests/corpus/make.py [--libreoffice]

Needs openpyxl 3 and xlwt 1; with --libreoffice, soffice too. Nothing is drawn by chance, so the
files come out byte for byte as they are, but for those of LibreOffice, which names itself in them.
"""

import pathlib
import sys

sys.dont_write_bytecode = True

from maker import faulty_lists, files_that_are_no_lists, libreoffice, old_workbooks, text_traps, workbooks

folder = pathlib.Path(__file__).resolve().parent
for room in ("text", "openpyxl", "xlwt", "every-list", "no-lists"):
    # A trap that was renamed must not stay behind.
    for old in (folder / room).glob("*.*"):
        if old.is_file():
            old.unlink()
for room in (text_traps, workbooks, old_workbooks, faulty_lists, files_that_are_no_lists):
    room.make(folder)
if "--libreoffice" in sys.argv:
    libreoffice.make(folder)
