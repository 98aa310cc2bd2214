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
	"regexp"
	"strconv"
	"strings"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
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

const (
	rpcTimeout = 10 * time.Second
	// Of an answer that cannot be used, so much is told.
	maxToldBytes = 500
)

var (
	printable = regexp.MustCompile(`^[ -~]+$`)
	separator = regexp.MustCompile(`[\s\p{Cc}]+`)
)

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
		tell(err)
		os.Exit(2)
	}
	// Spans that cannot be sent.
	otel.SetErrorHandler(otel.ErrorHandlerFunc(tell))
	if err := run(*placement, *application, *contentType, kinds, flag.Arg(0)); err != nil {
		tell(err)
		os.Exit(1)
	}
}

// parseArguments reads the command line; only whoever asks for help gets more than a line.
func parseArguments() (kinds []pb.NodeKind, err error) {
	flag.Func("kind", "vm, container or serverless; may be repeated; default: any", func(name string) error {
		kind := pb.NodeKind(pb.NodeKind_value["NODE_KIND_"+strings.ToUpper(name)])
		if kind == pb.NodeKind_NODE_KIND_UNSPECIFIED {
			return errors.New("is none of vm, container, serverless")
		}
		kinds = append(kinds, kind)
		return nil
	})
	flag.CommandLine.Init("client", flag.ContinueOnError)
	flag.CommandLine.SetOutput(io.Discard)
	err = flag.CommandLine.Parse(os.Args[1:])
	if errors.Is(err, flag.ErrHelp) {
		fmt.Println("usage: client [options] FILE")
		flag.CommandLine.SetOutput(os.Stdout)
		flag.PrintDefaults()
		os.Exit(0)
	}
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"placement", "application", "content-type"} {
		if !printable.MatchString(flag.Lookup(name).Value.String()) {
			return nil, fmt.Errorf("--%s: must be printable ASCII, and not empty", name)
		}
	}
	if flag.NArg() != 1 {
		return nil, errors.New("give one file")
	}
	return kinds, nil
}

func oneLine(text string) string {
	return strings.TrimSpace(separator.ReplaceAllString(text, " "))
}

func tell(err error) {
	fmt.Fprintln(os.Stderr, "client:", oneLine(err.Error()))
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
	defer func() {
		if err := provider.Shutdown(ctx); err != nil {
			tell(err)
		}
	}()
	connection, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return err
	}
	defer connection.Close()
	c := client{pb.NewPlacementServiceClient(connection), provider.Tracer("client"), application, contentType, kinds}
	ctx, root := c.tracer.Start(ctx, "classify")
	defer func() { end(root, err) }()
	answer, err := c.classify(ctx, body)
	if err != nil {
		return err
	}
	answer.Trace = root.SpanContext().TraceID().String()
	return json.NewEncoder(os.Stdout).Encode(answer)
}

// end ends a span, with what its work has failed with.
func end(span trace.Span, err error) {
	if err != nil {
		span.SetStatus(codes.Error, err.Error())
	}
	span.End()
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
	outputs, sendErr := c.send(ctx, placement, body, report)
	_, reportErr := rpc(ctx, c.tracer, "straightline.v1.PlacementService/Report", c.placement.Report, report)
	if sendErr != nil {
		return nil, sendErr
	}
	if reportErr != nil {
		return nil, reportErr
	}
	for _, output := range outputs {
		if output.Name == "label" && len(output.Data) > 0 {
			label := strings.Trim(string(output.Data[0]), `"`)
			return &result{Kind: placement.GetKind().String(), Instance: placement.GetInstanceId(), Reason: placement.GetReason(), Label: label}, nil
		}
	}
	return nil, errors.New("the answer has no label")
}

// rpc calls a method inside a span, whose W3C context goes along as metadata; a refusal's error begins with its gRPC code.
func rpc[Req, Res any](ctx context.Context, tracer trace.Tracer, name string, call func(context.Context, *Req, ...grpc.CallOption) (*Res, error), request *Req) (answer *Res, err error) {
	ctx, span := tracer.Start(ctx, name, trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(attribute.String("rpc.system.name", "grpc"), attribute.String("rpc.method", name)))
	defer func() { end(span, err) }()
	ctx, cancel := context.WithTimeout(ctx, rpcTimeout)
	defer cancel()
	carrier := propagation.MapCarrier{}
	w3c.Inject(ctx, carrier)
	answer, err = call(metadata.NewOutgoingContext(ctx, metadata.New(carrier)), request)
	if err != nil {
		return nil, fmt.Errorf("%s: %s", status.Code(err), status.Convert(err).Message())
	}
	return answer, nil
}

type output struct {
	Name string            `json:"name"`
	Data []json.RawMessage `json:"data"`
}

// outputsOf gives the outputs of an inference answer; nil where it is none.
func outputsOf(body []byte) []output {
	var answer struct {
		Outputs []output `json:"outputs"`
	}
	if json.Unmarshal(body, &answer) != nil {
		return nil
	}
	for _, output := range answer.Outputs {
		if output.Data == nil {
			return nil
		}
	}
	return answer.Outputs
}

// failedOutcome judges a status but 200: what the request caused itself (4xx), and a full instance, say nothing against the instance. The gateway does likewise.
func failedOutcome(statusCode int, executed string) pb.Outcome {
	if statusCode == http.StatusTooManyRequests || (statusCode == http.StatusServiceUnavailable && executed == "false") {
		return pb.Outcome_OUTCOME_THROTTLED
	}
	if statusCode >= 400 && statusCode < 500 {
		return pb.Outcome_OUTCOME_CLIENT_ERROR
	}
	return pb.Outcome_OUTCOME_INSTANCE_ERROR
}

// send sends the request to the instance and fills in the report.
func (c client) send(ctx context.Context, placement *pb.Placement, body []byte, report *pb.ReportRequest) (outputs []output, err error) {
	report.Outcome = pb.Outcome_OUTCOME_INSTANCE_ERROR
	url := fmt.Sprintf("%s/v2/models/%s/infer", placement.GetHttpEndpoint(), c.application)
	ctx, span := c.tracer.Start(ctx, "POST", trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(attribute.String("http.request.method", "POST"), attribute.String("url.full", url)))
	defer func() { end(span, err) }()
	ctx, cancel := context.WithTimeout(ctx, time.Duration(placement.GetDeadlineMs())*time.Millisecond)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("content-type", c.contentType)
	request.Header.Set("straightline-deadline-ms", strconv.FormatInt(placement.GetDeadlineMs(), 10))
	w3c.Inject(ctx, propagation.HeaderCarrier(request.Header))
	started := time.Now()
	response, err := http.DefaultClient.Do(request)
	var answer []byte
	if err == nil {
		defer response.Body.Close()
		span.SetAttributes(attribute.Int("http.response.status_code", response.StatusCode))
		answer, err = io.ReadAll(response.Body)
	} else {
		// What Do wraps its error in is the URL, which is told below.
		err = errors.Unwrap(err)
	}
	if err != nil {
		if errors.Is(err, context.DeadlineExceeded) {
			report.Outcome = pb.Outcome_OUTCOME_TIMEOUT
		}
		return nil, fmt.Errorf("%s: %w", url, err)
	}
	report.ResponseMs = float64(time.Since(started).Microseconds()) / 1000
	told := strings.ToValidUTF8(string(answer[:min(len(answer), maxToldBytes)]), "")
	if response.StatusCode != http.StatusOK {
		report.Outcome = failedOutcome(response.StatusCode, response.Header.Get("straightline-executed"))
		return nil, fmt.Errorf("%s: %d %s", url, response.StatusCode, told)
	}
	outputs = outputsOf(answer)
	if outputs == nil {
		return nil, fmt.Errorf("%s: no inference answer: %s", url, told)
	}
	report.Outcome = pb.Outcome_OUTCOME_OK
	report.ServiceMs, _ = strconv.ParseFloat(response.Header.Get("straightline-service-ms"), 64)
	report.ColdStartMs, _ = strconv.ParseFloat(response.Header.Get("straightline-cold-start-ms"), 64)
	return outputs, nil
}
