// Takes callbacks, with the standard library: CALLBACK_SECRET=whsec_… PORT=8080 go run .
package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

var secrets = strings.Fields(os.Getenv("CALLBACK_SECRET")) // One, or while a rotation lasts both.
var seen sync.Map                                          // Yours: a table with a unique key, which outlives the process.

func isGenuine(headers http.Header, body []byte) (genuine bool) {
	id, timestamp := headers.Get("webhook-id"), headers.Get("webhook-timestamp")
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if id == "" || err != nil || time.Since(time.Unix(seconds, 0)).Abs() > 5*time.Minute {
		return
	}
	for _, secret := range secrets {
		key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
		mac := hmac.New(sha256.New, key)
		fmt.Fprintf(mac, "%s.%s.%s", id, timestamp, body)
		for _, given := range strings.Fields(headers.Get("webhook-signature")) {
			genuine = genuine || err == nil && hmac.Equal([]byte(given), []byte("v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil))))
		}
	}
	return
}

func receive(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
	if err != nil || !isGenuine(r.Header, body) {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	w.WriteHeader(http.StatusNoContent) // What takes long goes to a goroutine: this answer waits for the function's end.
	if _, known := seen.LoadOrStore(r.Header.Get("webhook-id"), true); !known {
		fmt.Printf("callback %s %s\n", r.Header.Get("webhook-id"), body)
	}
}

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:"+os.Getenv("PORT"))
	if err != nil || len(secrets) == 0 {
		log.Fatal("Set CALLBACK_SECRET to your signing secret, whsec_…, and PORT to one that is free. ", err)
	}
	fmt.Printf("listening on http://%s\n", listener.Addr())
	log.Fatal(http.Serve(listener, http.HandlerFunc(receive)))
}
