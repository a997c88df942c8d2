"""Prints the requirements of a TensorFlow wheel's extra `and-cuda`, one `name==version` a line: list_cuda_wheels.py WHEEL"""

import re
import sys
import zipfile

with zipfile.ZipFile(sys.argv[1]) as archive:
    metadata_name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
    metadata = archive.read(metadata_name).decode()

for line in metadata.splitlines():
    match = re.match(r"Requires-Dist: ([\w.-]+)\s*\(?(==[\w.]+)\)?\s*;.*extra == ['\"]and-cuda['\"]", line)
    if match:
        print(match[1] + match[2])
