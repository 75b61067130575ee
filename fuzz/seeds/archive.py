"""Writes small archives of every format into a folder: seeds for the target `archive`.

The first byte of an input chooses the format, see targets/archive.rs.
"""

import io
import pathlib
import sys
import tarfile
import zipfile

FILES = {"compose.yml": b"services:\n  web:\n    image: demo\n", ".env": b"A=1\n", "conf/app/app.conf": b"x" * 600}


def tar(mode, form):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode, format=form) as archive:
        for path, content in FILES.items():
            member = tarfile.TarInfo(path)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
        for name, kind, target in [("link", tarfile.SYMTYPE, ".env"), ("hard", tarfile.LNKTYPE, ".env")]:
            member = tarfile.TarInfo(name)
            member.type, member.linkname = kind, target
            archive.addfile(member)
    return out.getvalue()


def zipped(compression):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for path, content in FILES.items():
            archive.writestr(zipfile.ZipInfo(path), content, compression)
    return out.getvalue()


def main(folder):
    seeds = {
        "ustar": b"\0" + tar("w", tarfile.USTAR_FORMAT),
        "gnu": b"\0" + tar("w", tarfile.GNU_FORMAT),
        "pax": b"\0" + tar("w", tarfile.PAX_FORMAT),
        "tar-gz": b"\1" + tar("w:gz", tarfile.GNU_FORMAT),
        "zip-stored": b"\2" + zipped(zipfile.ZIP_STORED),
        "zip-deflated": b"\2" + zipped(zipfile.ZIP_DEFLATED),
    }
    for name, content in seeds.items():
        (pathlib.Path(folder) / f"seed-{name}").write_bytes(content)


main(sys.argv[1])
