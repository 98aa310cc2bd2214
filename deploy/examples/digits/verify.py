"""Measures the model on images that it was not trained on. The gate in train.yaml decides whether the job goes on."""

import json
import os
from pathlib import Path

import numpy

from measure import accuracy

inputs = Path(os.environ["STRAIGHTLINE_INPUTS"])
data = numpy.load(inputs / "dataset" / "validation.npz")
found = accuracy(inputs / "model" / "model.onnx", data["images"], data["labels"])
print(f"accuracy on {len(data['labels'])} images: {found:.4f}")
Path(os.environ["STRAIGHTLINE_METRICS"]).write_text(json.dumps({"accuracy": found}))
