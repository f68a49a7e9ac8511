"""Checks the wheels in a folder: python3 wheels.py FOLDER. Each must be what its name says, its RECORD must be right, and pip
must choose it for its platform and no other one. Runs in an environment with pip, for pip's own reader of names."""

import base64
import csv
import hashlib
import pathlib
import subprocess
import sys
import tempfile
import zipfile

from pip._vendor.packaging.utils import parse_wheel_filename

# What pip is asked for, and the wheel that is right for it. Newer systems take the wheels of older ones.
CHOSEN = {
    ("manylinux_2_17_x86_64", "manylinux2014_x86_64"): "manylinux2014_x86_64",
    ("manylinux2014_aarch64",): "manylinux2014_aarch64",
    ("manylinux_2_31_armv7l", "manylinux_2_17_armv7l", "manylinux2014_armv7l"): "manylinux2014_armv7l",
    ("manylinux2014_i686",): "manylinux2014_i686",
    ("musllinux_1_2_x86_64", "musllinux_1_1_x86_64"): "musllinux_1_2_x86_64",
    ("musllinux_1_2_aarch64",): "musllinux_1_2_aarch64",
    ("win_amd64",): "win_amd64",
    # Too old, or of another kind.
    ("musllinux_1_1_x86_64",): None,
    ("manylinux2010_x86_64",): None,
    ("win32",): None,
    ("macosx_11_0_arm64",): None,
}


def check(path):
    name, version, _, tags = parse_wheel_filename(path.name)
    with zipfile.ZipFile(path) as wheel:
        assert wheel.testzip() is None, path
        contents = {entry: wheel.read(entry) for entry in wheel.namelist()}
    info = f"{name}-{version}.dist-info"
    listed = dict.fromkeys(contents)
    for file, digest, size in csv.reader(contents[f"{info}/RECORD"].decode().splitlines()):
        algorithm, _, value = digest.partition("=")
        right = base64.urlsafe_b64encode(hashlib.sha256(contents[file]).digest()).decode().rstrip("=")
        is_itself = file == f"{info}/RECORD" and digest == size == ""
        assert is_itself or (algorithm, value, int(size)) == ("sha256", right, len(contents[file])), (path, file)
        del listed[file]
    assert not listed, (path, "not in RECORD", listed)
    said = [line[5:] for line in contents[f"{info}/WHEEL"].decode().splitlines() if line.startswith("Tag: ")]
    assert said == [str(tag) for tag in tags], (path, said)
    libraries = [file for file in contents if ".so" in file or ".dll" in file]
    expected = "cloudbackupjobs.dll" if "win" in path.name else "libcloudbackupjobs.so.1"
    assert libraries == [f"{name}/{expected}"], (path, libraries)
    assert {f"{info}/licenses/LICENSE-MIT", f"{info}/licenses/LICENSE-APACHE"} <= set(contents), path
    return {tag.platform for tag in tags}


folder = pathlib.Path(sys.argv[1])
platforms = set()
for path in sorted(folder.glob("*.whl")):
    platforms |= check(path)
assert platforms == set(CHOSEN.values()) - {None}, platforms
for wanted, expected in CHOSEN.items():
    with tempfile.TemporaryDirectory() as got:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-index", "--no-deps", "--only-binary=:all:",
                   "--python-version=3.9", "--disable-pip-version-check", f"--find-links={folder}", f"--dest={got}"]
        result = subprocess.run([*command, *(f"--platform={each}" for each in wanted), "cloudbackupjobs"],
                                stderr=subprocess.PIPE, text=True)
        chosen = [path.name.split("-py3-none-")[1] for path in pathlib.Path(got).iterdir()]
    assert chosen == ([f"{expected}.whl"] if expected else []), (wanted, chosen, result.stderr)
    assert expected or "No matching distribution" in result.stderr, result.stderr
