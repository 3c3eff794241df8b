"""Files that only look like lists, and such as are made to hurt."""

import io
import struct
import zipfile

from openpyxl import Workbook

from .case import Case, event, titles
from .people import people

MOMENT = (2026, 11, 24, 0, 0, 0)


def zipped(parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts:
            entry = zipfile.ZipInfo(name, MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content, compresslevel=9)
    return out.getvalue()


def make(folder):
    folder = folder / "no-lists"
    document = [
        ("[Content_Types].xml", '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'),
        ("word/document.xml", '<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>名单</w:t></w:r></w:p></w:body></w:document>'),
    ]
    Case(folder, "word-document-called.xlsx").unreadable().bytes(zipped(document))
    Case(folder, "archive-called.xlsx").unreadable().bytes(zipped([("名单.csv", "姓名,证件号码\n")]))
    Case(folder, "empty.xlsx", listed=None).problem("E002").bytes(b"")
    Case(folder, "pdf-called.xls").unreadable().bytes(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n")
    workbook = Workbook()
    workbook.active.append(titles())
    for person in people(3):
        workbook.active.append(event(person))
    whole = folder / "cut-short.xlsx"
    workbook.save(whole)
    with zipfile.ZipFile(whole) as archive:
        parts = [(one.filename, archive.read(one)) for one in archive.infolist()]
    parts = [(name, content) for name, content in parts if name != "docProps/core.xml"]
    good = zipped(parts)
    Case(folder, "cut-short.xlsx").unreadable().bytes(good[: len(good) * 2 // 3])
    Case(folder, "encrypted.xlsx").unreadable().bytes(compound_file(["EncryptionInfo", "EncryptedPackage"]))
    Case(folder, "compound-file-that-is-no-workbook.xls").unreadable().bytes(compound_file(["WordDocument", "1Table"]))
    bomb = [(name, content) for name, content in parts if name != "xl/worksheets/sheet1.xml"]
    rows = b"<row><c><v>1</v></c></row>" * 4_000_000
    head = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    bomb.append(("xl/worksheets/sheet1.xml", head + rows + b"</sheetData></worksheet>"))
    Case(folder, "unfolds-to-a-hundred-megabytes.xlsx").unreadable("E010").bytes(zipped(bomb))
    entities = [(name, content) for name, content in parts if name != "xl/worksheets/sheet1.xml"]
    text = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><worksheet/>'
    entities.append(("xl/worksheets/sheet1.xml", text))
    Case(folder, "entities.xlsx").unreadable().bytes(zipped(entities))
    # A folder is empty in no version control, so it holds a note.
    (folder / "folder.xlsx").mkdir(exist_ok=True)
    (folder / "folder.xlsx" / "note.txt").write_text("This is a folder.\n")
    Case(folder, "folder.xlsx").refused("is-a-folder", 3).write()


def compound_file(streams):
    """The least of [MS-CFB]: a header, one sector of allocation, the directory, a sector a stream."""
    free, end, fat_sector = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    size = 4096
    per_stream = size // 512
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    header += struct.pack("<HHHHH6xIIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, end, 0, end, 0, 0)
    header += struct.pack("<108I", *[free] * 108)
    fat = [fat_sector, end]
    for nth in range(len(streams)):
        first = 2 + nth * per_stream
        fat += [*range(first + 1, first + per_stream), end]
    fat += [free] * (128 - len(fat))

    def entry(name, kind, child=free, right=free, start=end, length=0):
        raw = name.encode("utf-16-le") + b"\0\0"
        links = struct.pack("<III", free, right, child)
        return raw.ljust(64, b"\0") + struct.pack("<HBB", len(raw), kind, 1) + links + bytes(36) + struct.pack("<IQ", start, length)

    directory = entry("Root Entry", 5, child=1)
    for nth, name in enumerate(streams):
        right = nth + 2 if nth + 1 < len(streams) else free
        directory += entry(name, 2, right=right, start=2 + nth * per_stream, length=size)
    directory = directory.ljust(512, b"\0")
    body = b"".join(name.encode().ljust(size, b".") for name in streams)
    return header[:512] + struct.pack("<128I", *fat) + directory + body
