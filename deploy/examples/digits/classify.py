"""Sends every held-out image through the gateway to each form and counts the right answers. Needs Python alone."""

import argparse
import json
import pathlib
import sys
import urllib.error
import urllib.request

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("folder", type=pathlib.Path, help="the artifact heldout of a job, unpacked")
parser.add_argument("gateway", nargs="?", default="http://127.0.0.1:8000", help="default %(default)s")
arguments = parser.parse_args()
folder, gateway = arguments.folder, arguments.gateway


def classify(image: pathlib.Path, form: str) -> str:
    headers = {"content-type": "image/png", "straightline-kinds": form}
    request = urllib.request.Request(f"{gateway}/v2/models/digits/infer", image.read_bytes(), headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        if answer.headers["straightline-kind"] != form:
            sys.exit(f"{image.name} was answered by {answer.headers['straightline-kind']}, not by {form}")
        outputs = {output["name"]: output["data"] for output in json.load(answer)["outputs"]}
    return outputs["label"][0]


def reason(refusal: urllib.error.HTTPError) -> str:
    try:
        return json.load(refusal)["error"]
    except (ValueError, LookupError, TypeError):
        # Something between here and the gateway has refused it.
        return str(refusal)


images = sorted(folder.glob("*.png"))
if not images:
    sys.exit(f"no image in {folder}; fetch the artifact heldout of a job and unpack it there")
print(f"{'form':<11}  images  right  accuracy")
for form in ("vm", "container", "serverless"):
    try:
        # 012-is-7.png shows a seven.
        right = sum(classify(image, form) == image.stem.rsplit("-", 1)[1] for image in images)
    except urllib.error.HTTPError as refusal:
        print(f"{form:<11}  {reason(refusal)}")
        continue
    except (OSError, ValueError) as fault:
        sys.exit(f"no gateway answers at {gateway}: {getattr(fault, 'reason', fault)}")
    print(f"{form:<11} {len(images):7} {right:6}  {right / len(images):8.4f}")
