"""Builds the wheel: the module, its types and the C library in one package. One wheel is for every Python 3 on one kind of
machine, because ctypes needs no extension module. This file needs nothing but Python itself.

pip calls build_wheel. CBJ_LIBRARY_FILE names the library's file, and CBJ_WHEEL_PLATFORM the machines that it runs on, for
example manylinux2014_x86_64. packaging/languages calls write_wheel for each target.

Two wheels of the same files are equal. SOURCE_DATE_EPOCH gives the time that the files in the wheel carry.
"""

import base64
import csv
import hashlib
import io
import os
import pathlib
import re
import sys
import sysconfig
import time
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
MAIN = "import sys\n\nfrom cloudbackupjobs import main\n\nsys.exit(main(sys.argv[1:]))\n"
# begin generated: library
_LIBRARIES = {"win32": "cloudbackupjobs.dll", "darwin": "libcloudbackupjobs.1.dylib"}
_LIBRARY = _LIBRARIES.get(sys.platform, "libcloudbackupjobs.so.1")
# end generated


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    """The hook of PEP 517: the file's name."""
    # cargo gives it no number.
    default = HERE / "../../../target/release" / _LIBRARY.replace(".1", "")
    library = pathlib.Path(os.environ.get("CBJ_LIBRARY_FILE") or default)
    if not library.is_file():
        raise FileNotFoundError(f"there is no library at {library.resolve()}: run cargo rustc --release --lib --crate-type"
                                " cdylib,staticlib in the repository, or name the library's file in the environment variable"
                                " CBJ_LIBRARY_FILE")
    platform = os.environ.get("CBJ_WHEEL_PLATFORM") or re.sub("[-.]", "_", sysconfig.get_platform())
    # In the repository they lie three folders above; the wheel of a copied folder has none.
    licences = {path.name: path.read_bytes() for path in sorted(HERE.parents[2].glob("LICENSE-*"))}
    return write_wheel(wheel_directory, platform, _LIBRARY, library.read_bytes(), licences)


def write_wheel(folder, platform, library_name, library, licences):
    """Writes the wheel for a platform tag into a folder, and returns its name. `licences`: texts by the names of their files."""
    project = _project()
    stem = f"cloudbackupjobs-{project['version']}"
    metadata = (f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
                f"Summary: {project['description']}\nLicense: {project['license']}\n"
                f"Requires-Python: {project['requires-python']}\n")
    wheel = (f"Wheel-Version: 1.0\nGenerator: cloudbackupjobs\nRoot-Is-Purelib: false\n"
             f"Tag: py3-none-{platform}\n")
    files = {
        "cloudbackupjobs/__init__.py": (HERE / "cloudbackupjobs.py").read_bytes(),
        "cloudbackupjobs/__init__.pyi": (HERE / "cloudbackupjobs.pyi").read_bytes(),
        "cloudbackupjobs/__main__.py": MAIN.encode(),
        "cloudbackupjobs/py.typed": b"",
        f"cloudbackupjobs/{library_name}": library,
        **{f"{stem}.dist-info/licenses/{name}": text for name, text in licences.items()},
        f"{stem}.dist-info/METADATA": metadata.encode(),
        f"{stem}.dist-info/WHEEL": wheel.encode(),
    }
    record = f"{stem}.dist-info/RECORD"
    files[record] = _record(files, record)
    name = f"{stem}-py3-none-{platform}.whl"
    write_zip(pathlib.Path(folder) / name, files)
    return name


def write_zip(path, files):
    """Writes a zip whose bytes depend on the names and contents of its files and on SOURCE_DATE_EPOCH alone."""
    # ZIP knows no time before 1980.
    date = time.gmtime(max(int(os.environ.get("SOURCE_DATE_EPOCH", 0)), 315532800))[:6]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, date)
            # 3 is Unix, and the number behind it says who may read the file there.
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o100644 << 16
            archive.writestr(entry, content)


def _record(files, record):
    """Each file with its hash and size; the record itself has neither."""
    def digest(content):
        return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()

    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerows((path, digest(content), len(content)) for path, content in files.items())
    rows.writerow((record, "", ""))
    return out.getvalue().encode()


def _project():
    """The texts of [project] in pyproject.toml. Python has a reader of TOML only since 3.11."""
    text = (HERE / "pyproject.toml").read_text(encoding="utf-8").split("[project]\n")[1]
    return dict(re.findall(r'^([a-z-]+) = (?:\{ text = )?"([^"]*)"', text, re.MULTILINE))
