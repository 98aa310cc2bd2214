"""Quantises the model to int8, compares it with the model before, and puts it into a bundle with the model server."""

import json
import os
import shutil
from pathlib import Path

import numpy
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.shape_inference import quant_pre_process
from PIL import Image

from measure import accuracy

inputs, outputs = Path(os.environ["STRAIGHTLINE_INPUTS"]), Path(os.environ["STRAIGHTLINE_OUTPUTS"])
before = inputs / "model" / "model.onnx"
folder = outputs / "bundle" / "models" / "digits"

shutil.copytree(inputs / "model-server", outputs / "bundle", dirs_exist_ok=True)
folder.mkdir(parents=True)
shutil.copy("model.json", folder)
after = folder / "model.onnx"
quant_pre_process(before, "prepared.onnx", skip_symbolic_shape=True)
quantize_dynamic("prepared.onnx", after, weight_type=QuantType.QInt8)

files = sorted((inputs / "heldout").glob("*.png"))
images = numpy.stack([numpy.asarray(Image.open(file)) for file in files])
labels = numpy.array([int(file.stem.rsplit("-", 1)[1]) for file in files])
metrics = {
    "accuracy_before": accuracy(before, images, labels),
    "accuracy_after": accuracy(after, images, labels),
    "bytes_before": before.stat().st_size,
    "bytes_after": after.stat().st_size,
}
metrics["accuracy_lost"] = metrics["accuracy_before"] - metrics["accuracy_after"]
metrics["size_ratio"] = metrics["bytes_after"] / metrics["bytes_before"]
print(f"{len(files)} held-out images   accuracy      bytes")
print(f"before (float32)    {metrics['accuracy_before']:10.4f} {metrics['bytes_before']:10}")
print(f"after (int8)        {metrics['accuracy_after']:10.4f} {metrics['bytes_after']:10}")
Path(os.environ["STRAIGHTLINE_METRICS"]).write_text(json.dumps(metrics))
