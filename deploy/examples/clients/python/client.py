"""Places one request, sends it and reports, all inside one trace of its own. See ../README.md."""

import argparse
import contextlib
import http.client
import json
import logging
import os
import re
import sys
import time
import urllib.request

import grpc
from opentelemetry import propagate, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from straightline.v1 import common_pb2, placement_pb2, placement_pb2_grpc

RPC_TIMEOUT_SECONDS = 10
# Of an answer that cannot be used, so much is told.
MAX_TOLD_BYTES = 500


def trace_metadata():
    """The current span's W3C context, as gRPC metadata."""
    carrier = {}
    propagate.inject(carrier)
    return tuple(carrier.items())


def rpc(tracer, method, request):
    name = method._method.decode().lstrip("/")
    with tracer.start_as_current_span(name, kind=trace.SpanKind.CLIENT, attributes={"rpc.system.name": "grpc", "rpc.method": name}):
        return method(request, timeout=RPC_TIMEOUT_SECONDS, metadata=trace_metadata())


class SendError(Exception):
    """Why the instance has given no answer to go on with."""


class AnyStatus(urllib.request.HTTPErrorProcessor):
    """Takes an answer of any status for an answer."""

    def http_response(self, request, response):
        return response

    https_response = http_response


HTTP = urllib.request.build_opener(AnyStatus)


def failed_outcome(status, executed):
    """Judges a status but 200: what the request caused itself (4xx), and a full instance, say nothing against the instance. The gateway does likewise."""
    if status == 429 or (status == 503 and executed == "false"):
        return placement_pb2.OUTCOME_THROTTLED
    return placement_pb2.OUTCOME_CLIENT_ERROR if 400 <= status < 500 else placement_pb2.OUTCOME_INSTANCE_ERROR


def milliseconds_of(header):
    """A time that the instance tells; 0 where it tells none."""
    try:
        return float(header or 0)
    except ValueError:
        return 0


def outputs_of(answer):
    """The outputs of an inference answer, by name; None where it is none."""
    try:
        return {output["name"]: list(output["data"]) for output in json.loads(answer)["outputs"]}
    except (ValueError, LookupError, TypeError):
        return None


def send(tracer, placement, options, body, report):
    """Sends the request to the instance and fills in the report; gives the outputs by name."""
    report.outcome = placement_pb2.OUTCOME_INSTANCE_ERROR
    url = f"{placement.http_endpoint}/v2/models/{options.application}/infer"
    with tracer.start_as_current_span("POST", kind=trace.SpanKind.CLIENT, attributes={"http.request.method": "POST", "url.full": url}) as span:
        headers = {"content-type": options.content_type, "straightline-deadline-ms": str(placement.deadline_ms)}
        propagate.inject(headers)
        request = urllib.request.Request(url, data=body, headers=headers)
        started = time.monotonic()
        try:
            with HTTP.open(request, timeout=placement.deadline_ms / 1000) as response:
                span.set_attribute("http.response.status_code", response.status)
                answer = response.read()
        except (OSError, http.client.HTTPException) as error:
            if isinstance(getattr(error, "reason", error), TimeoutError):
                report.outcome = placement_pb2.OUTCOME_TIMEOUT
            raise SendError(f"{url}: {error}") from error
        report.response_ms = (time.monotonic() - started) * 1000
        if response.status != 200:
            report.outcome = failed_outcome(response.status, response.headers.get("straightline-executed"))
            raise SendError(f"{url}: {response.status} {answer[:MAX_TOLD_BYTES].decode(errors='replace')}")
        outputs = outputs_of(answer)
        if outputs is None:
            raise SendError(f"{url}: no inference answer: {answer[:MAX_TOLD_BYTES].decode(errors='replace')}")
        report.outcome = placement_pb2.OUTCOME_OK
        report.service_ms = milliseconds_of(response.headers.get("straightline-service-ms"))
        report.cold_start_ms = milliseconds_of(response.headers.get("straightline-cold-start-ms"))
        return outputs


def classify(tracer, stub, options, body):
    request = placement_pb2.PlaceRequest(
        application=options.application,
        data=placement_pb2.RequestData(size_bytes=len(body), content_type=options.content_type),
        constraints=placement_pb2.PlacementConstraints(kinds=[common_pb2.NodeKind.Value(f"NODE_KIND_{kind.upper()}") for kind in options.kind]),
        wait=True,
    )
    placement = rpc(tracer, stub.Place, request).placement
    report = placement_pb2.ReportRequest(placement_id=placement.placement_id, request_bytes=len(body))
    try:
        outputs = send(tracer, placement, options, body, report)
    except SendError:
        with contextlib.suppress(grpc.RpcError):
            rpc(tracer, stub.Report, report)
        raise
    rpc(tracer, stub.Report, report)
    if not outputs.get("label"):
        raise SendError("the answer has no label")
    label = str(outputs["label"][0])
    return {"kind": common_pb2.NodeKind.Name(placement.kind), "instance": placement.instance_id, "reason": placement.reason, "label": label}


def one_line(text):
    return re.sub(r"[\s\x00-\x1f\x7f-\x9f]+", " ", str(text)).strip()


class Parser(argparse.ArgumentParser):
    def error(self, message):
        self.exit(2, f"client: {one_line(message)}\n")


def printable(text):
    if not re.fullmatch("[ -~]+", text):
        raise argparse.ArgumentTypeError("must be printable ASCII, and not empty")
    return text


def main():
    parser = Parser()
    parser.add_argument("--placement", type=printable, default="127.0.0.1:7070")
    parser.add_argument("--application", type=printable, default="text-orientation")
    parser.add_argument("--content-type", type=printable, default="image/png")
    parser.add_argument("--kind", action="append", default=[], choices=["vm", "container", "serverless"], help="may be repeated; default: any")
    parser.add_argument("file")
    options = parser.parse_args()
    try:
        with open(options.file, "rb") as file:
            body = file.read()
    except OSError as error:
        return f"client: {one_line(error)}"
    # Of spans that cannot be sent one line is enough: not each retry.
    logging.basicConfig(format="client: %(message)s", level=logging.ERROR)
    provider = TracerProvider(resource=Resource.create({"service.name": "client-python"}))
    if os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"):
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    tracer = provider.get_tracer("client")
    try:
        with grpc.insecure_channel(options.placement) as channel:
            with tracer.start_as_current_span("classify") as root:
                result = classify(tracer, placement_pb2_grpc.PlacementServiceStub(channel), options, body)
        print(json.dumps({"trace": format(root.get_span_context().trace_id, "032x"), **result}))
    except grpc.RpcError as error:
        return f"client: {error.code().name}: {one_line(error.details())}"
    except SendError as error:
        return f"client: {one_line(error)}"
    finally:
        provider.shutdown()


if __name__ == "__main__":
    sys.exit(main())
