"""What verify.py and compress.py share."""

import numpy
import onnxruntime


def accuracy(network, images, labels):
    """Share of the images (bytes, [N, 8, 8]) that the network at this path labels rightly."""
    session = onnxruntime.InferenceSession(network, providers=["CPUExecutionProvider"])
    values = images.reshape(-1, 1, 8, 8).astype(numpy.float32) / 255
    (scores,) = session.run(["probabilities"], {"image_values": values})
    return float((scores.argmax(axis=1) == labels).mean())
