"""Trains a small network on the digits and writes it as ONNX: in [N, 1, 8, 8], brightness 0..1; out [N, 10], probabilities."""

import json
import os
from pathlib import Path

import numpy
import onnx
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from sklearn.neural_network import MLPClassifier

inputs, outputs = Path(os.environ["STRAIGHTLINE_INPUTS"]), Path(os.environ["STRAIGHTLINE_OUTPUTS"])
data = numpy.load(inputs / "dataset" / "train.npz")
rows = data["images"].reshape(len(data["images"]), 64).astype(numpy.float32) / 255
network = MLPClassifier(hidden_layer_sizes=(256, 128), max_iter=300, random_state=7, verbose=True)
network.fit(rows, data["labels"])

model = to_onnx(
    network,
    initial_types=[("rows", FloatTensorType([None, 64]))],
    options={"zipmap": False, "output_class_labels": False},
    target_opset=17,
)
# The model server feeds images; flattening them is part of the network.
graph = model.graph
graph.node.insert(0, onnx.helper.make_node("Flatten", ["image_values"], ["rows"], axis=1))
del graph.input[:]
graph.input.append(onnx.helper.make_tensor_value_info("image_values", onnx.TensorProto.FLOAT, ["N", 1, 8, 8]))
model.ir_version = 8
onnx.checker.check_model(model)
onnx.save(model, outputs / "model" / "model.onnx")
Path(os.environ["STRAIGHTLINE_METRICS"]).write_text(
    json.dumps({"epochs": network.n_iter_, "train_accuracy": float(network.score(rows, data["labels"]))})
)
