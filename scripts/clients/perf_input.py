"""Writes digits as perf_analyzer's --input-data. Usage: perf_input.py MODELS_FOLDER COUNT"""
import gzip
import json
import sys

folder, count = sys.argv[1], int(sys.argv[2])
with gzip.open(f"{folder}/digits-test-images.idx3-ubyte.gz") as file:
    file.seek(16)
    images = [[pixel / 255 for pixel in file.read(784)] for _ in range(count)]
json.dump({"data": [{"image": {"content": image, "shape": [784]}} for image in images]}, sys.stdout)
