"""Prepares mammograms step by step as the reference does (Cleon Wong, Can You Find the Tumour?), in Python, NumPy and OpenCV on one thread, and times the steps.

Answers on standard output, one line of JSON for each line of standard input:
  {"mammogram": FILE}     milliseconds of CPU and wall time by step, and the SHA-256 of the result's pixels
  {"masks": [FILE, ...]}  the same for reading and merging masks
  {"memory": true}        the largest resident set so far, in bytes
"""

import hashlib
import json
import resource
import sys
import time

import cv2
import numpy as np
import pydicom

cv2.setNumThreads(1)


class Clock:
    def __init__(self):
        self.steps = {}

    def run(self, step, work):
        wall, cpu = time.perf_counter(), time.process_time()
        result = work()
        self.steps[step] = {"cpuMs": 1e3 * (time.process_time() - cpu), "wallMs": 1e3 * (time.perf_counter() - wall)}
        return result


def min_max(image):
    return (image - image.min()) / (image.max() - image.min())


def crop(image):
    rows, columns = image.shape
    return image[int(rows * 0.04) : int(rows * (1 - 0.04)), int(columns * 0.01) : int(columns * (1 - 0.01))]


def binarise(image):
    binary = np.zeros(image.shape, np.uint8)
    binary[image >= 0.1] = 1
    return binary


def open_and_dilate(binary):
    square = np.ones((23, 23), np.uint8)
    return cv2.morphologyEx(cv2.morphologyEx(binary, cv2.MORPH_OPEN, square), cv2.MORPH_DILATE, square)


def largest_contour(binary):
    contours, _ = cv2.findContours(binary, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    largest = sorted(contours, key=cv2.contourArea, reverse=True)[0]
    return cv2.drawContours(np.zeros(binary.shape, np.uint8), [largest], -1, 1, -1)


def apply_mask(image, mask):
    masked = image.copy()
    masked[mask == 0] = 0
    return masked


def faces_left(mask):
    middle = mask.shape[1] // 2
    across = mask.sum(axis=0, dtype=np.int64)
    return across[:middle].sum() < across[middle:-1].sum()


def equalise(image):
    eight_bit = cv2.normalize(image, None, 0, 255, cv2.NORM_MINMAX, cv2.CV_32F).astype("uint8")
    return cv2.createCLAHE(clipLimit=2.0, tileGridSize=(8, 8)).apply(eight_bit)


def pad_and_normalise(image):
    rows, columns = image.shape
    side = max(rows, columns)
    padded = np.zeros((side, side))
    padded[:rows, :columns] = image
    single = cv2.normalize(padded, None, 0, 255, cv2.NORM_MINMAX, cv2.CV_32F)
    return cv2.normalize(single, None, 0, 255, cv2.NORM_MINMAX, cv2.CV_8U)


def encode(image):
    return cv2.imencode(".png", image)[1]


def prepare(file):
    clock = Clock()
    image = clock.run("read", lambda: pydicom.dcmread(file).pixel_array)
    image = clock.run("crop and range", lambda: min_max(crop(image)))
    binary = clock.run("binarise", lambda: binarise(image))
    binary = clock.run("open and dilate", lambda: open_and_dilate(binary))
    breast = clock.run("largest contour", lambda: largest_contour(binary))
    image = clock.run("mask", lambda: apply_mask(image, breast))
    image = clock.run("flip", lambda: np.fliplr(image).copy() if faces_left(breast) else image)
    image = clock.run("8 bit and CLAHE", lambda: equalise(image))
    image = clock.run("pad and stretch", lambda: pad_and_normalise(image))
    small = clock.run("resize", lambda: cv2.resize(image, (512, 512), interpolation=cv2.INTER_AREA))
    png = clock.run("PNG, full size", lambda: encode(image))
    clock.run("PNG, network's size", lambda: encode(small))
    return {"steps": clock.steps, "sha256": hashlib.sha256(image.tobytes()).hexdigest(), "pngBytes": len(png)}


def merge(files):
    clock = Clock()
    masks = clock.run("read masks", lambda: [pydicom.dcmread(file).pixel_array for file in files])

    def union():
        merged = np.zeros(masks[0].shape, np.uint8)
        for mask in masks:
            merged[mask > mask.max() / 2] = 255
        return merged

    merged = clock.run("merge masks", union)
    png = clock.run("PNG, mask", lambda: encode(merged))
    return {"steps": clock.steps, "sha256": hashlib.sha256(merged.tobytes()).hexdigest(), "pngBytes": len(png)}


for line in sys.stdin:
    order = json.loads(line)
    if "mammogram" in order:
        answer = prepare(order["mammogram"])
    elif "masks" in order:
        answer = merge(order["masks"])
    else:
        answer = {"maxRssBytes": 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}
    print(json.dumps(answer), flush=True)
