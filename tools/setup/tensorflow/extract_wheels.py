"""Unpacks what the addon needs out of Python wheels: extract_wheels.py WHEELS_DIR TARGET_DIR

From tensorflow: the two libraries and the headers of the C interface. From the nvidia packages (GPU): their shared libraries.
"""

import glob
import sys
import zipfile

WANTED = (
    "tensorflow/libtensorflow_",
    "tensorflow/include/tensorflow/c/",
    "tensorflow/include/tensorflow/core/platform/",
    "tensorflow/include/tsl/platform/",
    "tensorflow/include/xla/tsl/",
)


def is_wanted(name: str) -> bool:
    return name.startswith(WANTED) or (name.startswith("nvidia/") and "/lib/" in name)


wheels_dir, target_dir = sys.argv[1:]
for wheel in glob.glob(f"{wheels_dir}/*.whl"):
    with zipfile.ZipFile(wheel) as archive:
        for name in filter(is_wanted, archive.namelist()):
            archive.extract(name, target_dir)
