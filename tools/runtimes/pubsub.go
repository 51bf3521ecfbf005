// Google's own fake of Pub/Sub, which speaks gRPC alone, behind the REST of the service: one JSON for each message of
// its protocol, as Google transcodes it. The clock is the caller's: POST /clock {"now": <epoch milliseconds>}.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"sync"
	"sync/atomic"
	"time"

	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"cloud.google.com/go/pubsub/v2/pstest"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// https://cloud.google.com/pubsub/quotas#resource_limits
const (
	mostMessages = 1000
	mostBytes    = 10_000_000
)

var (
	topic        = regexp.MustCompile(`^/v1/(projects/[^/]+/topics/[^/:]+)(:publish)?$`)
	subscription = regexp.MustCompile(`^/v1/(projects/[^/]+/subscriptions/[^/:]+)(:pull|:acknowledge|:modifyAckDeadline)?$`)
)

// The real service's names of its errors are upper case, and each is a status of HTTP.
var statuses = map[codes.Code]struct {
	http int
	name string
}{
	codes.InvalidArgument: {400, "INVALID_ARGUMENT"},
	codes.NotFound:        {404, "NOT_FOUND"},
	codes.AlreadyExists:   {409, "ALREADY_EXISTS"},
}

var (
	turn      sync.Mutex
	published = map[string]*timestamppb.Timestamp{}
	late      = timestamppb.New(time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC))
)

var (
	setMilliseconds atomic.Int64
	looks           atomic.Int64
)

// Stands still where it was set, but for a nanosecond at each look: the fake wants a deadline to be past.
func now() time.Time {
	set := setMilliseconds.Load()
	if set == 0 {
		return time.Now()
	}
	return time.UnixMilli(set).Add(time.Duration(looks.Add(1)))
}

func main() {
	fake := pstest.NewServerWithAddress("127.0.0.1:0")
	fake.SetTimeNowFunc(now)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Printf("listening at %s\n", listener.Addr())
	panic(http.Serve(listener, http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		answer(writer, request, &fake.GServer)
	})))
}

func answer(writer http.ResponseWriter, request *http.Request, fake *pstest.GServer) {
	writer.Header().Set("content-type", "application/json")
	body, err := io.ReadAll(io.LimitReader(request.Body, 2*mostBytes))
	if err == nil && request.URL.Path == "/clock" {
		var clock struct{ Now int64 }
		err = json.Unmarshal(body, &clock)
		setMilliseconds.Store(clock.Now)
		writer.Write([]byte("{}"))
		return
	}
	var reply proto.Message
	if err == nil {
		reply, err = call(request.Context(), request.Method, request.URL.Path, body, fake)
	}
	if err != nil {
		said, known := statuses[status.Code(err)]
		if !known {
			said.http, said.name = 500, "INTERNAL"
		}
		writer.WriteHeader(said.http)
		failure := map[string]any{"code": said.http, "message": status.Convert(err).Message(), "status": said.name}
		json.NewEncoder(writer).Encode(map[string]any{"error": failure})
		return
	}
	text, _ := protojson.Marshal(reply)
	writer.Write(text)
}

func call(ctx context.Context, method, path string, body []byte, fake *pstest.GServer) (proto.Message, error) {
	parts := topic.FindStringSubmatch(path)
	if parts == nil {
		parts = subscription.FindStringSubmatch(path)
	}
	if parts == nil {
		return nil, status.Errorf(codes.NotFound, "no such method: %s %s", method, path)
	}
	isTopic := topic.MatchString(path)
	switch name := parts[1]; method + parts[2] {
	case "PUT":
		if isTopic {
			return read(body, &pubsubpb.Topic{}, func(made *pubsubpb.Topic) (proto.Message, error) {
				made.Name = name
				return fake.CreateTopic(ctx, made)
			})
		}
		return read(body, &pubsubpb.Subscription{}, func(made *pubsubpb.Subscription) (proto.Message, error) {
			made.Name = name
			return fake.CreateSubscription(ctx, made)
		})
	case "POST:publish":
		return read(body, &pubsubpb.PublishRequest{}, func(asked *pubsubpb.PublishRequest) (proto.Message, error) {
			asked.Topic = name
			if err := check(asked, len(body)); err != nil {
				return nil, err
			}
			return publish(ctx, asked, fake)
		})
	case "POST:pull":
		return read(body, &pubsubpb.PullRequest{}, func(asked *pubsubpb.PullRequest) (proto.Message, error) {
			asked.Subscription = name
			return pull(ctx, asked, fake)
		})
	case "POST:acknowledge":
		return read(body, &pubsubpb.AcknowledgeRequest{}, func(asked *pubsubpb.AcknowledgeRequest) (proto.Message, error) {
			asked.Subscription = name
			return fake.Acknowledge(ctx, asked)
		})
	case "POST:modifyAckDeadline":
		return read(body, &pubsubpb.ModifyAckDeadlineRequest{}, func(asked *pubsubpb.ModifyAckDeadlineRequest) (proto.Message, error) {
			asked.Subscription = name
			if seconds := asked.AckDeadlineSeconds; seconds < 0 || seconds > 600 {
				return nil, status.Errorf(codes.InvalidArgument, "ack_deadline_seconds is %d, not 0 to 600", seconds)
			}
			return fake.ModifyAckDeadline(ctx, asked)
		})
	}
	return nil, status.Errorf(codes.NotFound, "no such method: %s %s", method, path)
}

func read[Message proto.Message](body []byte, message Message, then func(Message) (proto.Message, error)) (proto.Message, error) {
	if len(body) > 0 {
		if err := protojson.Unmarshal(body, message); err != nil {
			return nil, status.Error(codes.InvalidArgument, err.Error())
		}
	}
	return then(message)
}

// The fake forgets what was published ten minutes ago, and the service keeps it for days: so the fake takes every
// message for one of the year 2100, and whoever pulls it is told its own time.
func publish(ctx context.Context, asked *pubsubpb.PublishRequest, fake *pstest.GServer) (proto.Message, error) {
	turn.Lock()
	defer turn.Unlock()
	reply, err := fake.Publish(ctx, asked)
	if err != nil {
		return nil, err
	}
	for _, message := range asked.Messages {
		published[message.MessageId] = message.PublishTime
		message.PublishTime = late
	}
	return reply, nil
}

// Waits half a second at most, as the fake would.
func pull(ctx context.Context, asked *pubsubpb.PullRequest, fake *pstest.GServer) (proto.Message, error) {
	end := time.Now().Add(500 * time.Millisecond)
	isPatient := !asked.ReturnImmediately
	asked.ReturnImmediately = true
	for ; ; time.Sleep(5 * time.Millisecond) {
		turn.Lock()
		shared, err := fake.Pull(ctx, asked)
		if err != nil {
			turn.Unlock()
			return nil, err
		}
		reply := proto.Clone(shared).(*pubsubpb.PullResponse)
		for _, received := range reply.ReceivedMessages {
			if at, known := published[received.Message.MessageId]; known {
				received.Message.PublishTime = at
			}
		}
		turn.Unlock()
		if len(reply.ReceivedMessages) > 0 || !isPatient || time.Now().After(end) || ctx.Err() != nil {
			return reply, nil
		}
	}
}

// What the service refuses and the fake takes.
func check(request *pubsubpb.PublishRequest, bytes int) error {
	if len(request.Messages) == 0 || len(request.Messages) > mostMessages {
		return status.Errorf(codes.InvalidArgument, "a request has 1 to %d messages, not %d", mostMessages, len(request.Messages))
	}
	if bytes > mostBytes {
		return status.Errorf(codes.InvalidArgument, "a request has %d bytes at most, not %d", mostBytes, bytes)
	}
	for _, message := range request.Messages {
		if len(message.Data) == 0 && len(message.Attributes) == 0 {
			return status.Error(codes.InvalidArgument, "a message has data or an attribute")
		}
		for key, value := range message.Attributes {
			if key == "" || len(key) > 256 || len(value) > 1024 {
				return status.Errorf(codes.InvalidArgument, "attribute %q has %d bytes", key, len(value))
			}
		}
	}
	return nil
}
