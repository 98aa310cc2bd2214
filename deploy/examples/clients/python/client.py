"""Places one request, sends it and reports, all inside one trace of its own. See ../README.md."""

import argparse
import json
import os
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


def trace_metadata():
    """The current span's W3C context, as gRPC metadata."""
    carrier = {}
    propagate.inject(carrier)
    return tuple(carrier.items())


def rpc(tracer, method, request):
    name = method._method.decode().lstrip("/")
    with tracer.start_as_current_span(name, kind=trace.SpanKind.CLIENT, attributes={"rpc.system.name": "grpc", "rpc.method": name}):
        return method(request, timeout=RPC_TIMEOUT_SECONDS, metadata=trace_metadata())


def send(tracer, placement, application, content_type, body):
    """Sends the request to the instance; gives the answer, its headers and the milliseconds it took."""
    url = f"{placement.http_endpoint}/v2/models/{application}/infer"
    with tracer.start_as_current_span("POST", kind=trace.SpanKind.CLIENT, attributes={"http.request.method": "POST", "url.full": url}) as span:
        headers = {"content-type": content_type, "straightline-deadline-ms": str(placement.deadline_ms)}
        propagate.inject(headers)
        started = time.monotonic()
        request = urllib.request.Request(url, data=body, headers=headers)
        with urllib.request.urlopen(request, timeout=placement.deadline_ms / 1000) as response:
            answer = json.load(response)
            span.set_attribute("http.response.status_code", response.status)
            return answer, response.headers, (time.monotonic() - started) * 1000


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
        answer, headers, report.response_ms = send(tracer, placement, options.application, options.content_type, body)
    except Exception:
        # Placement then tries other instances first.
        report.outcome = placement_pb2.OUTCOME_INSTANCE_ERROR
        rpc(tracer, stub.Report, report)
        raise
    report.outcome = placement_pb2.OUTCOME_OK
    report.service_ms = float(headers.get("straightline-service-ms", 0))
    report.cold_start_ms = float(headers.get("straightline-cold-start-ms", 0))
    rpc(tracer, stub.Report, report)
    label = next(output["data"][0] for output in answer["outputs"] if output["name"] == "label")
    return {"kind": common_pb2.NodeKind.Name(placement.kind), "instance": placement.instance_id, "reason": placement.reason, "label": label}


class Parser(argparse.ArgumentParser):
    def error(self, message):
        self.exit(2, f"client: {message}\n")


def main():
    parser = Parser()
    parser.add_argument("--placement", default="127.0.0.1:7070")
    parser.add_argument("--application", default="text-orientation")
    parser.add_argument("--content-type", default="image/png")
    parser.add_argument("--kind", action="append", default=[], choices=["vm", "container", "serverless"], help="may be repeated; default: any")
    parser.add_argument("file")
    options = parser.parse_args()
    try:
        with open(options.file, "rb") as file:
            body = file.read()
    except OSError as error:
        return f"client: {error}"
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
        return f"client: {error.code().name}: {error.details()}"
    except OSError as error:
        return f"client: {error}"
    finally:
        provider.shutdown()


if __name__ == "__main__":
    sys.exit(main())
