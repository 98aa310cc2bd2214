"""Splits scikit-learn's handwritten digits (1,797 labelled images of 8 x 8 pixels) into images to learn from, to choose by, and to be judged by."""

import os
from pathlib import Path

import numpy
from PIL import Image
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

SEED = 7

outputs = Path(os.environ["STRAIGHTLINE_OUTPUTS"])
digits = load_digits()
# The images have 17 shades; as bytes they are what a PNG holds and what the model server decodes.
pixels = numpy.rint(digits.images * 255 / 16).astype(numpy.uint8)
rest, heldout, rest_labels, heldout_labels = train_test_split(
    pixels, digits.target, test_size=0.2, random_state=SEED, stratify=digits.target
)
train, validation, train_labels, validation_labels = train_test_split(
    rest, rest_labels, test_size=0.25, random_state=SEED, stratify=rest_labels
)
numpy.savez(outputs / "dataset" / "train.npz", images=train, labels=train_labels)
numpy.savez(outputs / "dataset" / "validation.npz", images=validation, labels=validation_labels)
for number, (image, label) in enumerate(zip(heldout, heldout_labels)):
    Image.fromarray(image).save(outputs / "heldout" / f"{number:03}-is-{label}.png")
print(f"{len(train)} images to train, {len(validation)} to validate, {len(heldout)} held out")
