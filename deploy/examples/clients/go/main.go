// Places one request, sends it and reports, all inside one trace of its own. See ../README.md.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	pb "straightline.example/client/gen/straightline/v1"
)

const rpcTimeout = 10 * time.Second

var w3c = propagation.TraceContext{}

type client struct {
	placement   pb.PlacementServiceClient
	tracer      trace.Tracer
	application string
	contentType string
	kinds       []pb.NodeKind
}

type result struct {
	Trace    string `json:"trace"`
	Kind     string `json:"kind"`
	Instance string `json:"instance"`
	Reason   string `json:"reason"`
	Label    string `json:"label"`
}

func main() {
	placement := flag.String("placement", "127.0.0.1:7070", "host:port")
	application := flag.String("application", "text-orientation", "")
	contentType := flag.String("content-type", "image/png", "")
	kinds, err := parseArguments()
	if err != nil {
		fmt.Fprintln(os.Stderr, "client:", err)
		os.Exit(2)
	}
	if err := run(*placement, *application, *contentType, kinds, flag.Arg(0)); err != nil {
		fmt.Fprintln(os.Stderr, "client:", oneLine(err))
		os.Exit(1)
	}
}

// parseArguments reads the command line; only whoever asks for help gets more than a line.
func parseArguments() ([]pb.NodeKind, error) {
	kinds := flag.String("kind", "", "vm, container, serverless; comma-separated; empty: any")
	flag.CommandLine.Init("client", flag.ContinueOnError)
	flag.CommandLine.SetOutput(io.Discard)
	err := flag.CommandLine.Parse(os.Args[1:])
	if errors.Is(err, flag.ErrHelp) {
		flag.CommandLine.SetOutput(os.Stdout)
		flag.PrintDefaults()
		os.Exit(0)
	}
	if err != nil {
		return nil, err
	}
	if flag.NArg() != 1 {
		return nil, errors.New("give one file")
	}
	return parseKinds(*kinds)
}

// oneLine tells a refusal by its gRPC code and message, anything else as it is.
func oneLine(err error) string {
	var refusal interface{ GRPCStatus() *status.Status }
	if errors.As(err, &refusal) {
		return fmt.Sprintf("%s: %s", refusal.GRPCStatus().Code(), refusal.GRPCStatus().Message())
	}
	return strings.ReplaceAll(err.Error(), "\n", "; ")
}

func run(address, application, contentType string, kinds []pb.NodeKind, file string) (err error) {
	body, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	ctx := context.Background()
	provider, err := newProvider(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, provider.Shutdown(ctx)) }()
	connection, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return err
	}
	defer connection.Close()
	c := client{pb.NewPlacementServiceClient(connection), provider.Tracer("client"), application, contentType, kinds}
	ctx, root := c.tracer.Start(ctx, "classify")
	defer root.End()
	answer, err := c.classify(ctx, body)
	if err != nil {
		return err
	}
	answer.Trace = root.SpanContext().TraceID().String()
	return json.NewEncoder(os.Stdout).Encode(answer)
}

// newProvider sends spans where OTEL_EXPORTER_OTLP_ENDPOINT says; without it they are only passed on.
func newProvider(ctx context.Context) (*sdktrace.TracerProvider, error) {
	options := []sdktrace.TracerProviderOption{
		sdktrace.WithResource(resource.NewSchemaless(attribute.String("service.name", "client-go"))),
	}
	if os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT") != "" {
		exporter, err := otlptracehttp.New(ctx)
		if err != nil {
			return nil, err
		}
		options = append(options, sdktrace.WithBatcher(exporter))
	}
	return sdktrace.NewTracerProvider(options...), nil
}

func parseKinds(text string) (kinds []pb.NodeKind, err error) {
	for _, name := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' }) {
		kind := pb.NodeKind(pb.NodeKind_value["NODE_KIND_"+strings.ToUpper(name)])
		if kind == pb.NodeKind_NODE_KIND_UNSPECIFIED {
			return nil, fmt.Errorf("--kind: %s is none of vm, container, serverless", name)
		}
		kinds = append(kinds, kind)
	}
	return kinds, nil
}

func (c client) classify(ctx context.Context, body []byte) (*result, error) {
	placed, err := rpc(ctx, c.tracer, "straightline.v1.PlacementService/Place", c.placement.Place, &pb.PlaceRequest{
		Application: c.application,
		Data:        &pb.RequestData{SizeBytes: int64(len(body)), ContentType: c.contentType},
		Constraints: &pb.PlacementConstraints{Kinds: c.kinds},
		Wait:        true,
	})
	if err != nil {
		return nil, err
	}
	placement := placed.GetPlacement()
	report := &pb.ReportRequest{PlacementId: placement.GetPlacementId(), RequestBytes: int64(len(body))}
	label, sendErr := c.send(ctx, placement, body, report)
	_, reportErr := rpc(ctx, c.tracer, "straightline.v1.PlacementService/Report", c.placement.Report, report)
	if err := errors.Join(sendErr, reportErr); err != nil {
		return nil, err
	}
	return &result{Kind: placement.GetKind().String(), Instance: placement.GetInstanceId(), Reason: placement.GetReason(), Label: label}, nil
}

// rpc calls a method inside a span, whose W3C context goes along as metadata.
func rpc[Req, Res any](ctx context.Context, tracer trace.Tracer, name string, call func(context.Context, *Req, ...grpc.CallOption) (*Res, error), request *Req) (*Res, error) {
	ctx, span := tracer.Start(ctx, name, trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(attribute.String("rpc.system.name", "grpc"), attribute.String("rpc.method", name)))
	defer span.End()
	ctx, cancel := context.WithTimeout(ctx, rpcTimeout)
	defer cancel()
	carrier := propagation.MapCarrier{}
	w3c.Inject(ctx, carrier)
	return call(metadata.NewOutgoingContext(ctx, metadata.New(carrier)), request)
}

// send sends the request to the instance and fills in the report: placement tries others first after a failure.
func (c client) send(ctx context.Context, placement *pb.Placement, body []byte, report *pb.ReportRequest) (string, error) {
	report.Outcome = pb.Outcome_OUTCOME_INSTANCE_ERROR
	url := fmt.Sprintf("%s/v2/models/%s/infer", placement.GetHttpEndpoint(), c.application)
	ctx, span := c.tracer.Start(ctx, "POST", trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(attribute.String("http.request.method", "POST"), attribute.String("url.full", url)))
	defer span.End()
	ctx, cancel := context.WithTimeout(ctx, time.Duration(placement.GetDeadlineMs())*time.Millisecond)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	request.Header.Set("content-type", c.contentType)
	request.Header.Set("straightline-deadline-ms", strconv.FormatInt(placement.GetDeadlineMs(), 10))
	w3c.Inject(ctx, propagation.HeaderCarrier(request.Header))
	started := time.Now()
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	span.SetAttributes(attribute.Int("http.response.status_code", response.StatusCode))
	if response.StatusCode != http.StatusOK {
		return "", fmt.Errorf("%s: %s", url, response.Status)
	}
	var answer struct {
		Outputs []struct {
			Name string            `json:"name"`
			Data []json.RawMessage `json:"data"`
		} `json:"outputs"`
	}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		return "", err
	}
	report.Outcome = pb.Outcome_OUTCOME_OK
	report.ResponseMs = float64(time.Since(started).Microseconds()) / 1000
	report.ServiceMs, _ = strconv.ParseFloat(response.Header.Get("straightline-service-ms"), 64)
	report.ColdStartMs, _ = strconv.ParseFloat(response.Header.Get("straightline-cold-start-ms"), 64)
	for _, output := range answer.Outputs {
		if output.Name == "label" && len(output.Data) > 0 {
			return strings.Trim(string(output.Data[0]), `"`), nil
		}
	}
	return "", errors.New("the answer has no label")
}
