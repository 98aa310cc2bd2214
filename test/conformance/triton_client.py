"""Drives a server of the Open Inference Protocol v2 with Triton's client, the protocol's reference client.

Usage: triton_client.py --http HOST:PORT --grpc HOST:PORT --model NAME --image FILE=LABEL [--image FILE=LABEL ...]

Prints one line of JSON: {"passed": [names], "failed": {name: why}}. Exit code 0 when every check passed.
Either --http or --grpc may be left out: that side is then not checked.
"""

import argparse
import json
import sys

import numpy as np
import tritonclient.grpc as grpc_client
import tritonclient.http as http_client
from tritonclient.utils import InferenceServerException

TIMEOUT_S = 20


def http_infer(client, model, inputs, outputs):
    return client.infer(model, inputs, outputs=outputs, request_id="r1")


def grpc_infer(client, model, inputs, outputs):
    return client.infer(model, inputs, outputs=outputs, request_id="r1", client_timeout=TIMEOUT_S)


def label_of(element):
    return element.decode() if isinstance(element, bytes) else str(element)


def image_input(api, images, **options):
    data = np.array([image for image, _ in images], dtype=np.object_)
    tensor = api.InferInput("image", [len(images)], "BYTES")
    tensor.set_data_from_numpy(data, **options)
    return tensor


def check_images(api, infer, client, model, images, outputs=None):
    result = infer(client, model, [image_input(api, images)], outputs)
    labels = [label_of(element) for element in result.as_numpy("label")]
    wanted = [label for _, label in images]
    assert labels == wanted, f"labels {labels}, wanted {wanted}"
    probabilities = result.as_numpy("probability")
    assert probabilities.dtype == np.float32 and probabilities.shape == (len(images),), probabilities
    assert (probabilities > 0.5).all(), probabilities
    return result


def check_tensor(api, infer, client, model):
    tensor = api.InferInput("x", [2, 3, 48, 192], "FP32")
    tensor.set_data_from_numpy(np.zeros((2, 3, 48, 192), dtype=np.float32))
    scores = infer(client, model, [tensor], None).as_numpy("scores")
    assert scores.shape[0] == 2 and scores.dtype == np.float32, scores
    assert np.allclose(scores.sum(axis=1), 1.0, atol=1e-4), scores
    assert np.allclose(scores[0], scores[1]), "the same input gives different scores"


def check_unknown_model(client):
    assert_refused(lambda: client.get_model_metadata("no-such-model"), "no-such-model")


def check_not_an_image(api, infer, client, model):
    assert_refused(lambda: infer(client, model, [image_input(api, [(b"not an image", "")])], None), "image")


def assert_refused(call, text):
    try:
        call()
    except InferenceServerException as error:
        assert text in str(error), f"the message does not say {text!r}: {error}"
        return
    raise AssertionError("was not refused")


def metadata_names(metadata):
    return [tensor["name"] for tensor in metadata["inputs"]], [tensor["name"] for tensor in metadata["outputs"]]


def check_metadata(metadata, model):
    assert metadata["name"] == model, metadata
    inputs, outputs = metadata_names(metadata)
    assert "image" in inputs and "x" in inputs, inputs
    assert "label" in outputs and "probability" in outputs, outputs


def http_json_tensor(client, model):
    """Typed JSON both ways: no binary data extension."""
    tensor = http_client.InferInput("x", [1, 3, 48, 192], "FP32")
    tensor.set_data_from_numpy(np.zeros((1, 3, 48, 192), dtype=np.float32), binary_data=False)
    wanted = [http_client.InferRequestedOutput(name, binary_data=False) for name in ("label", "scores")]
    result = http_infer(client, model, [tensor], wanted)
    assert result.get_output("scores")["data"], result.get_response()
    assert result.get_output("probability") is None, "an output came that was not asked for"


def http_checks(url, model, images):
    client = http_client.InferenceServerClient(url, connection_timeout=TIMEOUT_S, network_timeout=TIMEOUT_S)
    api, infer = http_client, http_infer
    wanted = [http_client.InferRequestedOutput("label", binary_data=True), http_client.InferRequestedOutput("probability", binary_data=False)]
    return {
        "http live": lambda: require(client.is_server_live()),
        "http ready": lambda: require(client.is_server_ready()),
        "http model ready": lambda: require(client.is_model_ready(model)),
        "http unknown model is not ready": lambda: require(not client.is_model_ready("no-such-model")),
        "http server metadata": lambda: require(client.get_server_metadata()["name"]),
        "http model metadata": lambda: check_metadata(client.get_model_metadata(model), model),
        "http one image": lambda: check_images(api, infer, client, model, images[:1]),
        "http a batch of images": lambda: check_images(api, infer, client, model, images),
        "http outputs binary and JSON": lambda: check_images(api, infer, client, model, images, wanted),
        "http raw tensor": lambda: check_tensor(api, infer, client, model),
        "http JSON tensor": lambda: http_json_tensor(client, model),
        "http compressed request": lambda: client.infer(model, [image_input(api, images[:1])], request_compression_algorithm="gzip"),
        "http echoes the id": lambda: require(
            check_images(api, infer, client, model, images[:1]).get_response()["id"] == "r1"
        ),
        "http unknown model": lambda: check_unknown_model(client),
        "http not an image": lambda: check_not_an_image(api, infer, client, model),
    }


def grpc_typed_contents(client, model, images):
    """Typed contents instead of raw bytes, which the client only does when told by hand."""
    request = grpc_client.service_pb2.ModelInferRequest(model_name=model)
    tensor = request.inputs.add(name="image", datatype="BYTES", shape=[len(images)])
    tensor.contents.bytes_contents.extend(image for image, _ in images)
    answer = client._client_stub.ModelInfer(request, timeout=TIMEOUT_S)
    labels = next(output for output in answer.outputs if output.name == "label").contents.bytes_contents
    assert [label.decode() for label in labels] == [label for _, label in images], labels
    assert not answer.raw_output_contents, "raw answer to a typed request"


def grpc_checks(url, model, images):
    client = grpc_client.InferenceServerClient(url)
    api, infer = grpc_client, grpc_infer
    return {
        "grpc live": lambda: require(client.is_server_live(client_timeout=TIMEOUT_S)),
        "grpc ready": lambda: require(client.is_server_ready(client_timeout=TIMEOUT_S)),
        "grpc model ready": lambda: require(client.is_model_ready(model, client_timeout=TIMEOUT_S)),
        "grpc server metadata": lambda: require(client.get_server_metadata(client_timeout=TIMEOUT_S).name),
        "grpc model metadata": lambda: check_metadata(client.get_model_metadata(model, as_json=True), model),
        "grpc one image": lambda: check_images(api, infer, client, model, images[:1]),
        "grpc a batch of images": lambda: check_images(api, infer, client, model, images),
        "grpc raw tensor": lambda: check_tensor(api, infer, client, model),
        "grpc typed contents": lambda: grpc_typed_contents(client, model, images),
        "grpc echoes the id": lambda: require(
            check_images(api, infer, client, model, images[:1]).get_response().id == "r1"
        ),
        "grpc unknown model": lambda: check_unknown_model(client),
        "grpc not an image": lambda: check_not_an_image(api, infer, client, model),
    }


def require(value):
    assert value, f"got {value!r}"


def run(checks):
    passed, failed = [], {}
    for name, check in checks.items():
        try:
            check()
            passed.append(name)
        except Exception as error:  # every fault of a check is a finding, whatever its type
            failed[name] = f"{type(error).__name__}: {error}"
    return passed, failed


def read_image(argument):
    path, _, label = argument.rpartition("=")
    with open(path, "rb") as file:
        return file.read(), label


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--http")
    parser.add_argument("--grpc")
    parser.add_argument("--model", required=True)
    parser.add_argument("--image", action="append", required=True, metavar="FILE=LABEL")
    arguments = parser.parse_args()
    images = [read_image(argument) for argument in arguments.image]
    checks = {}
    if arguments.http:
        checks.update(http_checks(arguments.http, arguments.model, images))
    if arguments.grpc:
        checks.update(grpc_checks(arguments.grpc, arguments.model, images))
    passed, failed = run(checks)
    print(json.dumps({"passed": passed, "failed": failed}))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
