"""Puts the module, its types and the C library into one package. CBJ_LIBRARY_FILE names the library's file, and
CBJ_WHEEL_PLATFORM the machines that it runs on (manylinux_2_17_x86_64 for the portable build)."""

import os
import pathlib
import shutil

from setuptools import setup
from setuptools.command.build_py import build_py
from setuptools.dist import Distribution
from setuptools.errors import SetupError

try:
    from setuptools.command.bdist_wheel import bdist_wheel
except ImportError:
    from wheel.bdist_wheel import bdist_wheel

HERE = pathlib.Path(__file__).parent
LIBRARY = pathlib.Path(os.environ.get("CBJ_LIBRARY_FILE") or HERE / "../../../target/release/libcloudbackupjobs.so")
MAIN = "import sys\n\nfrom cloudbackupjobs import main\n\nsys.exit(main(sys.argv[1:]))\n"


class BuildPackage(build_py):
    def run(self):
        if not LIBRARY.is_file():
            raise SetupError(f"there is no library at {LIBRARY.resolve()}: run cargo rustc --release --lib --crate-type"
                             " cdylib,staticlib in the repository, or name the library's file in the environment variable"
                             " CBJ_LIBRARY_FILE")
        package = pathlib.Path(self.build_lib) / "cloudbackupjobs"
        package.mkdir(parents=True, exist_ok=True)
        shutil.copy(HERE / "cloudbackupjobs.py", package / "__init__.py")
        shutil.copy(HERE / "cloudbackupjobs.pyi", package / "__init__.pyi")
        shutil.copy(LIBRARY, package / "libcloudbackupjobs.so.1")
        (package / "py.typed").touch()
        (package / "__main__.py").write_text(MAIN)


class Wheel(bdist_wheel):
    """For every Python 3, but for one kind of machine: ctypes needs no extension module."""

    def get_tag(self):
        return "py3", "none", os.environ.get("CBJ_WHEEL_PLATFORM") or super().get_tag()[2]


class WithLibrary(Distribution):
    def has_ext_modules(self):
        return True


setup(packages=["cloudbackupjobs"], package_dir={"cloudbackupjobs": "."}, distclass=WithLibrary,
      cmdclass={"build_py": BuildPackage, "bdist_wheel": Wheel})
